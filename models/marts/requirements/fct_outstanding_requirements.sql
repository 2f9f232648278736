-- Grain: one row per enrollment_id and requirement_key: something that a learner has still to do, the list to send. An
-- activity not fulfilled, points missing or assignments missing; the last two have no activity, and their deadline is
-- the enrollment's due date.
-- Left out: learners of another status than Enrolled, those whom the platform calls completed, and activities that are
-- not released yet.
with enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where is_enrolled_learner and not is_completed
),

courses as (
    select * from {{ ref('dim_courses') }}
),

activities as (
    select * from {{ ref('dim_activities') }}
),

fulfillments as (
    select *
    from {{ ref('fct_requirement_fulfillments') }}
    where not is_fulfilled and requirement_status <> 'not_released'
),

open_activities as (
    select
        fulfillments.enrollment_id,
        'activity' as requirement_kind,
        fulfillments.activity_id,
        fulfillments.activity_type,
        fulfillments.activity_key,
        activities.activity_title,
        fulfillments.requirement_status,
        fulfillments.required_submission_count - fulfillments.submitted_attempt_count as submissions_missing,
        case
            when fulfillments.fulfillment_rule = 'watched_or_submitted' and activities.target > 0
                then (1 - fulfillments.progress_ratio)
                    * cast({{ watch_threshold() }} as double) * activities.target
        end as to_watch_seconds,
        cast(null as decimal(28, 10)) as points_missing,
        cast(null as bigint) as assignments_missing,
        fulfillments.is_hard_deadline,
        fulfillments.is_overdue,
        fulfillments.deadline_at
    from fulfillments
    inner join activities
        on fulfillments.activity_id = activities.activity_id
        and fulfillments.activity_type = activities.activity_type
),

open_counts as (
    select
        enrollment_id,
        'points' as requirement_kind,
        {{ exact('points_required') }} - {{ exact('points_received') }} as points_missing,
        cast(null as bigint) as assignments_missing,
        is_overdue,
        due_at
    from enrollments
    where not is_points_requirement_met

    union all

    select
        enrollment_id,
        'assignments' as requirement_kind,
        cast(null as decimal(28, 10)) as points_missing,
        assignments_required - assignment_submitted_count as assignments_missing,
        is_overdue,
        due_at
    from enrollments
    where not is_assignments_requirement_met
),

requirements as (
    select * from open_activities

    union all

    select
        enrollment_id,
        requirement_kind,
        cast(null as string) as activity_id,
        cast(null as string) as activity_type,
        cast(null as string) as activity_key,
        cast(null as string) as activity_title,
        cast(null as string) as requirement_status,
        cast(null as bigint) as submissions_missing,
        cast(null as double) as to_watch_seconds,
        points_missing,
        assignments_missing,
        false as is_hard_deadline,
        is_overdue,
        due_at as deadline_at
    from open_counts
),

final as (
    select
        enrollments.enrollment_id,
        coalesce(requirements.activity_key, requirements.requirement_kind) as requirement_key,
        requirements.requirement_kind,
        enrollments.user_id,
        enrollments.institution_id,
        enrollments.user_key,
        enrollments.course_id,
        courses.course_title,
        requirements.activity_id,
        requirements.activity_type,
        requirements.activity_key,
        requirements.activity_title,
        requirements.requirement_status,
        requirements.submissions_missing,
        requirements.to_watch_seconds,
        cast(requirements.points_missing as double) as points_missing,
        requirements.assignments_missing,
        case when requirements.is_overdue then {{ calendar_days('requirements.deadline_at', as_of()) }} end
            as days_overdue,
        requirements.is_overdue,
        requirements.is_hard_deadline,
        enrollments.is_open and coalesce(requirements.requirement_status <> 'missed', true) as can_still_be_met,
        requirements.deadline_at
    from requirements
    inner join enrollments
        on requirements.enrollment_id = enrollments.enrollment_id
    inner join courses
        on enrollments.course_id = courses.course_id
)

select * from final
