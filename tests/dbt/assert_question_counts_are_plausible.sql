-- Nobody has an item right without answering it, nobody answers without a response, a discrimination lies between -100
-- and 100, and no option is chosen by more people than answered its question.
select
    activity_id,
    activity_type,
    question_id,
    respondent_count,
    correct_count,
    discrimination
from {{ ref('fct_question_items') }}
where correct_count > respondent_count
    or respondent_count > response_count
    or respondent_count < 1
    or abs(discrimination) > 100.000001

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
