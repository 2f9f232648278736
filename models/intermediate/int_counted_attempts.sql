{{ config(materialized="table") }}
-- Grain: one row per learner (user_id and institution_id) and activity (activity_id, activity_type) in scope that the
-- learner has responded to: of the attempts the one that counts, by var `item_attempt` the first (default) or the last.
-- An attempt is dated as everywhere else; one that has no date or is not there, by its own responses.
with responses as (
    select *
    from {{ ref('int_latest_responses') }}
    where is_learner and is_activity_in_scope
),

attempts as (
    select * from {{ ref('int_attempts') }}
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

attempt_moments as (
    select
        answered_attempts.*,
        coalesce(
            case
                -- an attempt's key has no institution
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

final as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        outcome_id
    from attempt_moments
    qualify row_number() over (
        partition by user_id, institution_id, activity_id, activity_type
        order by
            attempted_at {{ item_attempt_direction() }} nulls last,
            outcome_id {{ item_attempt_direction() }} nulls last
    ) = 1
)

select * from final
