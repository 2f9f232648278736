-- Nobody has an item right without being judged or is judged without answering, a discrimination lies between -1 and 1,
-- an item that needs a review has a reason, and no option is chosen by more people than answered its question.
select
    activity_id,
    activity_type,
    question_id,
    respondent_count,
    correct_count,
    discrimination
from {{ ref('fct_question_items') }}
where correct_count > judged_count
    or judged_count > respondent_count
    or respondent_count < 1
    or abs(discrimination) > 1
    or needs_review <> (review_reason is not null)
    or (needs_review and judged_count < {{ var('item_min_respondents') }})

union all

select
    activity_id,
    activity_type,
    question_id,
    respondent_count,
    chosen_count,
    null as discrimination
from {{ ref('fct_question_options') }}
where chosen_count > respondent_count
    or chosen_with_rest_count > chosen_count
    or respondent_count < 1
