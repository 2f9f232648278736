{{ config(materialized="table") }}
-- Grain: as fct_requirement_fulfillments: one row per enrollment_id, activity_id and activity_type: a learner's
-- enrollment and a requirement of its course, met or not, whatever the enrollment's status.
-- Left out: activities that are not required or not tracked, and enrollments of administrators and mentors.
-- A deadline binds unless it lies before the enrollment: nobody is late for what was over before they came. Without one
-- that binds nothing is on time, late or overdue. Late is also what was touched again after the deadline before the
-- attempt was first extracted: the platform moves its date then.
with enrollments as (
    select *
    from {{ ref('int_enrollments') }}
    where is_learner
),

requirements as (
    select *
    from {{ ref('int_activities') }}
    where is_counted_requirement
),

outcomes as (
    select * from {{ ref('int_learner_activity_outcomes') }}
),

expected as (
    select
        enrollments.enrollment_id,
        requirements.activity_id,
        requirements.activity_type,
        enrollments.user_id,
        enrollments.institution_id,
        enrollments.course_id,
        enrollments.is_enrolled_learner,
        enrollments.enrolled_at,
        requirements.fulfillment_rule,
        requirements.target,
        requirements.required_submission_count,
        requirements.deadline_at,
        requirements.is_hard_deadline,
        requirements.is_released,
        coalesce(outcomes.attempt_count, 0) as attempt_count,
        coalesce(outcomes.submitted_attempt_count, 0) as submitted_attempt_count,
        coalesce(outcomes.watched_attempt_count, 0) as watched_attempt_count,
        outcomes.first_submitted_at,
        outcomes.first_watched_at,
        outcomes.target_reached_at,
        outcomes.greatest_achieved
    from enrollments
    inner join requirements
        on enrollments.course_id = requirements.course_id
    left join outcomes
        on enrollments.user_id = outcomes.user_id
        and enrollments.institution_id = outcomes.institution_id
        and requirements.activity_id = outcomes.activity_id
        and requirements.activity_type = outcomes.activity_type
),

-- the table of fulfillment rules: what fulfills each, when, and how far the learner is
judged as (
    select
        *,
        case fulfillment_rule
            when 'submission_target' then submitted_attempt_count >= required_submission_count
            when 'watched_or_submitted' then submitted_attempt_count > 0 or watched_attempt_count > 0
            else submitted_attempt_count > 0
        end as is_fulfilled,
        case fulfillment_rule
            when 'submission_target' then target_reached_at
            when 'watched_or_submitted' then least(first_submitted_at, first_watched_at)
            else first_submitted_at
        end as fulfilled_at_when_fulfilled,
        case
            when fulfillment_rule = 'submission_target'
                then submitted_attempt_count / cast(required_submission_count as double)
            when fulfillment_rule = 'watched_or_submitted' and target > 0
                then coalesce(greatest_achieved / nullif(cast({{ watch_threshold() }} as double) * target, 0), 0)
            else 0
        end as progress_when_not_fulfilled
    from expected
),

dated as (
    select
        *,
        case when is_fulfilled then fulfilled_at_when_fulfilled end as fulfilled_at,
        case
            when is_fulfilled then 1
            else least(greatest(progress_when_not_fulfilled, 0), 1)
        end as progress_ratio,
        case when deadline_at < enrolled_at then null else deadline_at end as binding_deadline_at
    from judged
),

compared as (
    select
        *,
        is_fulfilled and coalesce(fulfilled_at <= binding_deadline_at, false) as is_on_time,
        is_fulfilled and coalesce(fulfilled_at > binding_deadline_at, false) as is_late,
        not is_fulfilled
        and is_enrolled_learner
        and is_released
        and coalesce(binding_deadline_at < {{ as_of() }}, false) as is_overdue
    from dated
),

final as (
    select
        enrollment_id,
        activity_id,
        activity_type,
        user_id,
        institution_id,
        course_id,
        fulfillment_rule,
        case
            when is_late then 'fulfilled_late'
            when is_fulfilled then 'fulfilled'
            when not is_enrolled_learner then 'not_expected'
            when not is_released then 'not_released'
            when is_overdue and is_hard_deadline then 'missed'
            when is_overdue then 'overdue'
            when attempt_count > 0 then 'in_progress'
            else 'not_started'
        end as requirement_status,
        attempt_count,
        submitted_attempt_count,
        required_submission_count,
        cast(progress_ratio as double) as progress_ratio,
        case when is_overdue then {{ calendar_days('deadline_at', as_of()) }} end as days_overdue,
        is_fulfilled,
        coalesce(fulfilled_at < enrolled_at, false) as is_fulfilled_before_enrollment,
        is_on_time,
        is_late,
        is_overdue,
        is_hard_deadline,
        fulfilled_at,
        deadline_at
    from compared
)

select * from final
