-- Grain: one row per activity_id, activity_type, question_id and response_option_id of a survey's or poll's question
-- that somebody answered; an option that nobody chose is here with 0.
-- Counts one attempt per person (var `item_attempt`). Left out: free-text answers, which choose nothing.
with responses as (
    select responses.*
    from {{ ref('fct_question_responses') }} as responses
    left join {{ ref('activity_types') }} as activity_types
        on responses.activity_type = activity_types.activity_type
    where responses.is_counted_attempt and not activity_types.is_graded
),

answers as (
    select distinct
        activity_id,
        activity_type,
        question_id,
        user_id,
        institution_id
    from responses
),

respondents as (
    select
        activity_id,
        activity_type,
        question_id,
        count(*) as respondent_count
    from answers
    group by activity_id, activity_type, question_id
),

-- one attempt per person, so one row per person and option
choices as (
    select
        activity_id,
        activity_type,
        question_id,
        response_option_id,
        count(*) as chosen_count
    from responses
    where response_option_id is not null
    group by activity_id, activity_type, question_id, response_option_id
),

offered as (
    select
        activity_id,
        activity_type,
        question_id,
        response_option_id
    from {{ ref('int_question_options') }}
    where response_option_id is not null

    union

    select
        activity_id,
        activity_type,
        question_id,
        response_option_id
    from choices
),

final as (
    select
        offered.activity_id,
        offered.activity_type,
        offered.question_id,
        offered.response_option_id,
        respondents.respondent_count,
        coalesce(choices.chosen_count, 0) as chosen_count,
        coalesce(choices.chosen_count, 0) / cast(respondents.respondent_count as double) as chosen_ratio
    from offered
    inner join respondents
        on offered.activity_id is not distinct from respondents.activity_id
        and offered.activity_type = respondents.activity_type
        and offered.question_id = respondents.question_id
    left join choices
        on offered.activity_id is not distinct from choices.activity_id
        and offered.activity_type = choices.activity_type
        and offered.question_id = choices.question_id
        and offered.response_option_id = choices.response_option_id
)

select * from final
