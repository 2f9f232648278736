-- Grain: one row per enrollment_id: a person in a course, with how far they have come and what they have met.
-- Left out: enrollments that are deleted or whose person or course is out of scope. Administrators and mentors are
-- here too (is_learner is false) and have no requirements.
-- Who is enrolled twice in a course stands here twice, and each enrollment counts. At risk is only who can still be
-- helped: open, begun, something left to do.
with enrollments as (
    select * from {{ ref('int_enrollment_standing') }}
),

progress as (
    select * from {{ ref('int_enrollment_progress') }}
),

fulfillments as (
    select * from {{ ref('fct_requirement_fulfillments') }}
),

requirements as (
    select
        enrollment_id,
        count(*) as required_activity_count,
        count(*) filter (where is_fulfilled) as fulfilled_activity_count,
        count(*) filter (where is_late) as fulfilled_late_activity_count,
        count(*) filter (where is_overdue) as overdue_activity_count
    from fulfillments
    group by enrollment_id
),

joined as (
    select
        enrollments.*,
        progress.points_received,
        progress.points_required,
        progress.assignment_submitted_count,
        progress.assignments_required,
        progress.is_points_requirement_met,
        progress.is_assignments_requirement_met,
        coalesce(requirements.required_activity_count, 0) as required_activity_count,
        coalesce(requirements.fulfilled_activity_count, 0) as fulfilled_activity_count,
        coalesce(requirements.fulfilled_late_activity_count, 0) as fulfilled_late_activity_count,
        coalesce(requirements.overdue_activity_count, 0) as overdue_activity_count
    from enrollments
    inner join progress
        on enrollments.enrollment_id = progress.enrollment_id
    left join requirements
        on enrollments.enrollment_id = requirements.enrollment_id
),

judged as (
    select
        *,
        required_activity_count > 0 or coalesce(points_required > 0, false) or coalesce(assignments_required > 0, false)
            as has_requirements
    from joined
),

concluded as (
    select
        *,
        has_requirements
        and fulfilled_activity_count = required_activity_count
        and is_points_requirement_met
        and is_assignments_requirement_met as is_all_requirements_met,
        is_enrolled_learner and not is_completed and is_open and is_course_begun as is_expected_to_act
    from judged
),

final as (
    select
        enrollment_id,
        user_id,
        institution_id,
        {{ user_key() }} as user_key,
        course_id,
        course_role_id,
        registered_by_user_id,
        enrollment_status,
        user_role_name,
        case
            when is_completed then 'completed'
            when enrollment_status = 'Withdrawn' then 'withdrawn'
            when enrollment_status = 'Removed by Teaching Team' then 'removed'
            when enrollment_status = 'Auditing' then 'auditing'
            when not is_open then 'not_completed'
            when has_started then 'in_progress'
            else 'not_started'
        end as learner_status,
        case
            when not is_expected_to_act or is_all_requirements_met then null
            when overdue_activity_count > 0 then 'overdue_activity'
            when not is_silence_telling then null
            when not has_started and days_enrolled >= {{ var('never_started_after_days') }} then 'never_started'
            when has_started and days_silent >= {{ var('silent_after_days') }} then 'gone_silent'
        end as at_risk_reason,
        case
            when not has_requirements then 'no_requirements'
            when is_completed = is_all_requirements_met then 'consistent'
            when is_completed then 'completed_without_requirements'
            else 'requirements_met_not_completed'
        end as completion_agreement,
        {{ reporting_date('enrolled_at') }} as enrolled_on,
        {{ reporting_date('completed_at') }} as completed_on,
        {{ month_of(reporting_date('enrolled_at')) }} as cohort_month,
        days_to_complete,
        required_activity_count,
        fulfilled_activity_count,
        fulfilled_late_activity_count,
        overdue_activity_count,
        fulfilled_activity_count / cast(nullif(required_activity_count, 0) as double) as fulfillment_ratio,
        cast(points_received as double) as points_received,
        points_required,
        assignment_submitted_count,
        assignments_required,
        has_admin_permission,
        has_mentor_permission,
        is_learner,
        is_enrolled_learner,
        has_left,
        is_self_registered,
        has_started,
        is_completed,
        is_completed_on_time,
        is_due,
        is_overdue,
        is_course_open,
        is_open,
        at_risk_reason is not null as is_at_risk,
        has_requirements,
        is_points_requirement_met,
        is_assignments_requirement_met,
        is_all_requirements_met,
        enrolled_at,
        unenrolled_at,
        first_visited_course_home_at,
        first_active_at,
        last_active_at,
        due_at,
        completed_at,
        updated_at
    from concluded
)

select * from final
