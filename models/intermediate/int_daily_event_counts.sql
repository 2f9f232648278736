{{ config(materialized="table") }}
-- Grain: one row per institution_id (the person's), course_id and activity_on (a day) on which a learner enrolled,
-- left, completed, submitted something or viewed a page for the first time.
-- Counts learners only: people with a learner enrollment in that course, of any status. Left out: what has no date.
-- Events add up over days, courses and institutions; active people do not and are counted from fct_learner_active_days.
with learner_enrollments as (
    select *
    from {{ ref('int_enrollments') }}
    where is_learner
),

learners as (
    select distinct
        user_id,
        institution_id,
        course_id
    from learner_enrollments
),

attempts as (
    select * from {{ ref('int_attempts') }}
),

page_visits as (
    select * from {{ ref('int_page_visits') }}
),

enrollment_events as (
    select
        institution_id,
        course_id,
        enrolled_at as happened_at,
        'enrollment' as event
    from learner_enrollments

    union all

    select
        institution_id,
        course_id,
        unenrolled_at as happened_at,
        'unenrollment' as event
    from learner_enrollments

    union all

    select
        institution_id,
        course_id,
        completed_at as happened_at,
        'completion' as event
    from learner_enrollments
    where is_completed
),

submissions as (
    select
        attempts.institution_id,
        attempts.course_id,
        {{ attempted_at('attempts') }} as happened_at,
        'submission' as event
    from attempts
    inner join learners
        on attempts.user_id = learners.user_id
        and attempts.institution_id = learners.institution_id
        and attempts.course_id = learners.course_id
    where attempts.is_submitted
),

page_first_views as (
    select
        page_visits.institution_id,
        page_visits.course_id,
        page_visits.first_viewed_at as happened_at,
        'page_first_view' as event
    from page_visits
    inner join learners
        on page_visits.user_id = learners.user_id
        and page_visits.institution_id = learners.institution_id
        and page_visits.course_id = learners.course_id
),

events as (
    select * from enrollment_events

    union all

    select * from submissions

    union all

    select * from page_first_views
),

final as (
    select
        institution_id,
        course_id,
        {{ reporting_date('happened_at') }} as activity_on,
        count(*) filter (where event = 'enrollment') as enrollment_count,
        count(*) filter (where event = 'unenrollment') as unenrollment_count,
        count(*) filter (where event = 'completion') as completion_count,
        count(*) filter (where event = 'submission') as submission_count,
        count(*) filter (where event = 'page_first_view') as page_first_view_count
    from events
    where happened_at is not null
    group by institution_id, course_id, {{ reporting_date('happened_at') }}
)

select * from final
