{{ config(materialized="view") }}
-- Grain: one row per user_id, activity_id, activity_type and outcome_id: an attempt. An empty outcome_id is a value.
-- Belongs to the course of its activity, whatever its own row says.
-- Left out: attempts that are deleted or whose person, course or activity is out of scope.
with attempts as (
    select * from {{ ref('int_attempts') }}
),

final as (
    select
        user_id,
        activity_id,
        activity_type,
        {{ activity_key() }} as activity_key,
        outcome_id,
        institution_id,
        {{ user_key() }} as user_key,
        course_id,
        is_submitted,
        points_received,
        achieved,
        last_active_at,
        updated_at
    from attempts
)

select * from final
