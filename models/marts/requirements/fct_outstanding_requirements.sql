-- Grain: one row per enrollment_id, activity_id and activity_type: a requirement that a learner has still to fulfill.
-- Left out: learners of another status than Enrolled and those whom the platform calls completed. points_missing and
-- assignments_missing are the enrollment's and repeat on each of its rows: never add them up. Who lacks only those has
-- no row here: see fct_enrollments.
with fulfillments as (
    select *
    from {{ ref('fct_requirement_fulfillments') }}
    where not is_fulfilled and requirement_status <> 'not_released'
),

enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where is_enrolled_learner and not is_completed
),

activities as (
    select * from {{ ref('dim_activities') }}
),

final as (
    select
        fulfillments.enrollment_id,
        fulfillments.activity_id,
        fulfillments.activity_type,
        fulfillments.user_id,
        fulfillments.institution_id,
        fulfillments.course_id,
        fulfillments.requirement_status,
        fulfillments.required_submission_count - fulfillments.submitted_attempt_count as submissions_missing,
        case
            when fulfillments.fulfillment_rule = 'watched_or_submitted' and activities.target > 0
                then (1 - fulfillments.progress_ratio)
                    * cast({{ watch_threshold() }} as double) * activities.target
        end as to_watch_seconds,
        enrollments.points_missing,
        enrollments.assignments_missing,
        fulfillments.days_overdue,
        fulfillments.is_overdue,
        fulfillments.is_hard_deadline,
        fulfillments.deadline_at
    from fulfillments
    inner join enrollments
        on fulfillments.enrollment_id = enrollments.enrollment_id
    inner join activities
        on fulfillments.activity_id = activities.activity_id
        and fulfillments.activity_type = activities.activity_type
)

select * from final
