{{ config(materialized="view") }}
-- Grain: one row per user_id, institution_id, course_id and active_on: a day on which a learner had an attempt or a
-- page view in a course. Counts of people over several days or courses do not add up: count them here.
with active_days as (
    select * from {{ ref('int_learner_active_days') }}
),

final as (
    select
        user_id,
        institution_id,
        course_id,
        active_on,
        {{ user_key() }} as user_key
    from active_days
)

select * from final
