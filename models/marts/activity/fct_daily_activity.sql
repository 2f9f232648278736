-- Grain: one row per course_id and activity_on (a day) on which something happened.
-- Counts learners only: people with a learner enrollment in that course, of any status. Left out: what has no date.
with learner_enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where is_learner
),

learners as (
    select distinct
        user_id,
        institution_id,
        course_id
    from learner_enrollments
),

submissions as (
    select
        attempts.course_id,
        {{ reporting_date(attempted_at('attempts')) }} as activity_on
    from {{ ref('fct_activity_attempts') }} as attempts
    inner join learners
        on attempts.user_id = learners.user_id
        and attempts.institution_id = learners.institution_id
        and attempts.course_id = learners.course_id
    where attempts.is_submitted
),

first_page_views as (
    select
        page_views.course_id,
        {{ reporting_date('page_views.first_viewed_at') }} as activity_on
    from {{ ref('fct_lecture_page_views') }} as page_views
    inner join learners
        on page_views.user_id = learners.user_id
        and page_views.institution_id = learners.institution_id
        and page_views.course_id = learners.course_id
),

active_days as (
    select * from {{ ref('fct_learner_active_days') }}
),

events as (
    select
        course_id,
        {{ reporting_date('enrolled_at') }} as activity_on,
        'enrollment' as event
    from learner_enrollments

    union all

    select
        course_id,
        {{ reporting_date('unenrolled_at') }} as activity_on,
        'unenrollment' as event
    from learner_enrollments

    union all

    select
        course_id,
        {{ reporting_date('completed_at') }} as activity_on,
        'completion' as event
    from learner_enrollments
    where is_completed

    union all

    select
        course_id,
        activity_on,
        'submission' as event
    from submissions

    union all

    select
        course_id,
        activity_on,
        'page_first_view' as event
    from first_page_views
),

event_counts as (
    select
        course_id,
        activity_on,
        count(*) filter (where event = 'enrollment') as enrollment_count,
        count(*) filter (where event = 'unenrollment') as unenrollment_count,
        count(*) filter (where event = 'completion') as completion_count,
        count(*) filter (where event = 'submission') as submission_count,
        count(*) filter (where event = 'page_first_view') as page_first_view_count
    from events
    where activity_on is not null
    group by course_id, activity_on
),

active_counts as (
    select
        course_id,
        active_on as activity_on,
        count(*) as active_learner_count
    from active_days
    group by course_id, active_on
),

final as (
    select
        coalesce(event_counts.course_id, active_counts.course_id) as course_id,
        coalesce(event_counts.activity_on, active_counts.activity_on) as activity_on,
        coalesce(event_counts.enrollment_count, 0) as enrollment_count,
        coalesce(event_counts.unenrollment_count, 0) as unenrollment_count,
        coalesce(event_counts.completion_count, 0) as completion_count,
        coalesce(event_counts.submission_count, 0) as submission_count,
        coalesce(event_counts.page_first_view_count, 0) as page_first_view_count,
        coalesce(active_counts.active_learner_count, 0) as active_learner_count
    from event_counts
    full outer join active_counts
        on event_counts.course_id = active_counts.course_id
        and event_counts.activity_on = active_counts.activity_on
)

select * from final
