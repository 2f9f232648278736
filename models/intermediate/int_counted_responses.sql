{{ config(materialized="table") }}
-- Grain: as fct_question_responses, but only the attempt that counts of each person at each activity: var
-- `item_attempt`, the first (default) or the last.
-- An attempt is dated as everywhere else, by fct_activity_attempts; one that is not there by its own responses.
with responses as (
    select * from {{ ref('fct_question_responses') }}
),

attempts as (
    select * from {{ ref('fct_activity_attempts') }}
),

answered_attempts as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        outcome_id,
        min(updated_at) as first_updated_at
    from responses
    group by user_id, institution_id, activity_id, activity_type, outcome_id
),

-- an attempt's key has no institution; files of responses may not name one either
attempt_moments as (
    select
        answered_attempts.user_id,
        answered_attempts.institution_id,
        answered_attempts.activity_id,
        answered_attempts.activity_type,
        answered_attempts.outcome_id,
        coalesce(
            case
                when coalesce(answered_attempts.institution_id, attempts.institution_id) = attempts.institution_id
                    then {{ attempted_at('attempts') }}
            end,
            answered_attempts.first_updated_at
        ) as attempted_at
    from answered_attempts
    left join attempts
        on answered_attempts.user_id = attempts.user_id
        and answered_attempts.activity_id = attempts.activity_id
        and answered_attempts.activity_type = attempts.activity_type
        and answered_attempts.outcome_id is not distinct from attempts.outcome_id
),

counted_attempts as (
    select *
    from attempt_moments
    qualify row_number() over (
        partition by user_id, institution_id, activity_id, activity_type
        order by
            attempted_at {{ item_attempt_direction() }} nulls last,
            outcome_id {{ item_attempt_direction() }} nulls last
    ) = 1
),

final as (
    select responses.*
    from responses
    inner join counted_attempts
        on responses.user_id = counted_attempts.user_id
        and responses.institution_id is not distinct from counted_attempts.institution_id
        and responses.activity_id is not distinct from counted_attempts.activity_id
        and responses.activity_type is not distinct from counted_attempts.activity_type
        and responses.outcome_id is not distinct from counted_attempts.outcome_id
)

select * from final
