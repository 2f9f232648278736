-- Learners' active days, counted by course and day, are active_learner_count in fct_daily_activity.
with counted as (
    select
        course_id,
        active_on,
        count(*) as active_learner_count
    from {{ ref('int_learner_active_days') }}
    group by course_id, active_on
),

daily as (
    select
        course_id,
        activity_on,
        active_learner_count
    from {{ ref('fct_daily_activity') }}
    where active_learner_count > 0
)

select
    coalesce(counted.course_id, daily.course_id) as course_id,
    coalesce(counted.active_on, daily.activity_on) as active_on,
    counted.active_learner_count as counted_learner_count,
    daily.active_learner_count as daily_learner_count
from counted
full outer join daily
    on counted.course_id = daily.course_id
    and counted.active_on = daily.activity_on
where counted.active_learner_count is distinct from daily.active_learner_count
