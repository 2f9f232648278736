{{ config(materialized="view") }}
-- Grain: one row per enrollment_id, activity_id and activity_type: a learner's enrollment and a requirement of its
-- course, met or not, whatever the enrollment's status.
-- Left out: activities that are not required or not tracked, and enrollments of administrators and mentors.
with fulfillments as (
    select * from {{ ref('int_requirement_fulfillments') }}
),

final as (
    select
        enrollment_id,
        activity_id,
        activity_type,
        {{ activity_key() }} as activity_key,
        user_id,
        institution_id,
        {{ user_key() }} as user_key,
        course_id,
        fulfillment_rule,
        requirement_status,
        attempt_count,
        submitted_attempt_count,
        required_submission_count,
        progress_ratio,
        days_overdue,
        is_fulfilled,
        is_fulfilled_before_enrollment,
        is_on_time,
        is_late,
        is_overdue,
        is_hard_deadline,
        fulfilled_at,
        deadline_at
    from fulfillments
)

select * from final
