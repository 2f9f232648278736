-- Grain: one row per course_id and activity_on (a day) on which something happened.
-- Counts learners only: people with a learner enrollment in that course, of any status. Left out: what has no date.
with event_counts as (
    select
        course_id,
        activity_on,
        sum(enrollment_count) as enrollment_count,
        sum(unenrollment_count) as unenrollment_count,
        sum(completion_count) as completion_count,
        sum(submission_count) as submission_count,
        sum(page_first_view_count) as page_first_view_count
    from {{ ref('int_daily_event_counts') }}
    group by course_id, activity_on
),

active_counts as (
    select
        course_id,
        active_on as activity_on,
        count(*) as active_learner_count
    from {{ ref('fct_learner_active_days') }}
    group by course_id, active_on
),

final as (
    select
        coalesce(event_counts.course_id, active_counts.course_id) as course_id,
        coalesce(event_counts.activity_on, active_counts.activity_on) as activity_on,
        cast(coalesce(event_counts.enrollment_count, 0) as bigint) as enrollment_count,
        cast(coalesce(event_counts.unenrollment_count, 0) as bigint) as unenrollment_count,
        cast(coalesce(event_counts.completion_count, 0) as bigint) as completion_count,
        cast(coalesce(event_counts.submission_count, 0) as bigint) as submission_count,
        cast(coalesce(event_counts.page_first_view_count, 0) as bigint) as page_first_view_count,
        coalesce(active_counts.active_learner_count, 0) as active_learner_count
    from event_counts
    full outer join active_counts
        on event_counts.course_id = active_counts.course_id
        and event_counts.activity_on = active_counts.activity_on
)

select * from final
