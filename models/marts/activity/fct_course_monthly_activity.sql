-- Grain: one row per course_id and activity_month in which something happened.
-- Counts learners only, as fct_daily_activity does; its events add up to these, its active learners do not: who was
-- active on several days of the month counts once.
with event_counts as (
    select
        course_id,
        {{ month_of('activity_on') }} as activity_month,
        sum(enrollment_count) as enrollment_count,
        sum(unenrollment_count) as unenrollment_count,
        sum(completion_count) as completion_count,
        sum(submission_count) as submission_count,
        sum(page_first_view_count) as page_first_view_count
    from {{ ref('fct_daily_activity') }}
    group by course_id, {{ month_of('activity_on') }}
),

active_learners as (
    select distinct
        course_id,
        {{ month_of('active_on') }} as activity_month,
        user_id,
        institution_id
    from {{ ref('fct_learner_active_days') }}
),

active_counts as (
    select
        course_id,
        activity_month,
        count(*) as active_learner_count
    from active_learners
    group by course_id, activity_month
),

-- a day with somebody active is a row of fct_daily_activity, so no month is missing
final as (
    select
        event_counts.course_id,
        event_counts.activity_month,
        cast(event_counts.enrollment_count as bigint) as enrollment_count,
        cast(event_counts.unenrollment_count as bigint) as unenrollment_count,
        cast(event_counts.completion_count as bigint) as completion_count,
        cast(event_counts.submission_count as bigint) as submission_count,
        cast(event_counts.page_first_view_count as bigint) as page_first_view_count,
        coalesce(active_counts.active_learner_count, 0) as active_learner_count,
        {{ is_month_complete('event_counts.activity_month') }} as is_month_complete
    from event_counts
    left join active_counts
        on event_counts.course_id = active_counts.course_id
        and event_counts.activity_month = active_counts.activity_month
)

select * from final
