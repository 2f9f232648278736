-- Grain: one row per institution_id (the person's) and activity_month in which something happened.
-- Counts learners only, as fct_daily_activity does; its events add up to these, its active learners do not: who was
-- active on several days or in several courses counts once.
with event_counts as (
    select
        institution_id,
        {{ month_of('activity_on') }} as activity_month,
        sum(enrollment_count) as enrollment_count,
        sum(unenrollment_count) as unenrollment_count,
        sum(completion_count) as completion_count,
        sum(submission_count) as submission_count,
        sum(page_first_view_count) as page_first_view_count
    from {{ ref('int_daily_event_counts') }}
    group by institution_id, {{ month_of('activity_on') }}
),

active_counts as (
    select
        institution_id,
        {{ month_of('active_on') }} as activity_month,
        count(distinct user_id) as active_learner_count
    from {{ ref('fct_learner_active_days') }}
    group by institution_id, {{ month_of('active_on') }}
),

counted as (
    select
        coalesce(event_counts.institution_id, active_counts.institution_id) as institution_id,
        coalesce(event_counts.activity_month, active_counts.activity_month) as activity_month,
        cast(coalesce(event_counts.enrollment_count, 0) as bigint) as enrollment_count,
        cast(coalesce(event_counts.unenrollment_count, 0) as bigint) as unenrollment_count,
        cast(coalesce(event_counts.completion_count, 0) as bigint) as completion_count,
        cast(coalesce(event_counts.submission_count, 0) as bigint) as submission_count,
        cast(coalesce(event_counts.page_first_view_count, 0) as bigint) as page_first_view_count,
        coalesce(active_counts.active_learner_count, 0) as active_learner_count
    from event_counts
    full outer join active_counts
        on event_counts.institution_id = active_counts.institution_id
        and event_counts.activity_month = active_counts.activity_month
),

final as (
    select
        institution_id,
        activity_month,
        enrollment_count,
        unenrollment_count,
        completion_count,
        submission_count,
        page_first_view_count,
        active_learner_count,
        {{ is_month_complete('activity_month') }} as is_month_complete
    from counted
)

select * from final
