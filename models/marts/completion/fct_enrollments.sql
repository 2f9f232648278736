-- Grain: one row per enrollment_id: a person in a course, with how far they have come and what they have met.
-- Left out: enrollments that are deleted or whose person or course is out of scope. Administrators and mentors are
-- here too (is_learner is false) and have no requirements.
with enrollments as (
    select * from {{ ref('int_enrollments') }}
),

courses as (
    select * from {{ ref('dim_courses') }}
),

starts as (
    select * from {{ ref('int_learner_course_starts') }}
),

points as (
    select * from {{ ref('int_learner_course_points') }}
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
        courses.points_required,
        courses.assignments_required,
        case
            when courses.is_self_paced and courses.self_paced_access_limit > 0
                -- an absurd limit gives no date rather than an error
                then try(enrollments.enrolled_at + to_days(cast(courses.self_paced_access_limit as integer)))
            else courses.ends_at
        end as due_at,
        least(enrollments.first_visited_course_home_at, starts.first_active_at) as first_active_at,
        coalesce(points.points_received, 0) as points_received,
        coalesce(points.assignment_submitted_count, 0) as assignment_submitted_count,
        coalesce(requirements.required_activity_count, 0) as required_activity_count,
        coalesce(requirements.fulfilled_activity_count, 0) as fulfilled_activity_count,
        coalesce(requirements.fulfilled_late_activity_count, 0) as fulfilled_late_activity_count,
        coalesce(requirements.overdue_activity_count, 0) as overdue_activity_count
    from enrollments
    inner join courses
        on enrollments.course_id = courses.course_id
    left join starts
        on enrollments.user_id = starts.user_id
        and enrollments.institution_id = starts.institution_id
        and enrollments.course_id = starts.course_id
    left join points
        on enrollments.user_id = points.user_id
        and enrollments.institution_id = points.institution_id
        and enrollments.course_id = points.course_id
    left join requirements
        on enrollments.enrollment_id = requirements.enrollment_id
),

judged as (
    select
        *,
        first_active_at is not null as has_started,
        is_completed and (due_at is null or coalesce(completed_at <= due_at, false)) as is_completed_on_time,
        is_enrolled_learner and not is_completed and coalesce(due_at < {{ as_of() }}, false) as is_overdue,
        coalesce(points_required, 0) = 0 or points_received >= points_required as is_points_requirement_met,
        coalesce(assignments_required, 0) = 0 or assignment_submitted_count >= assignments_required
            as is_assignments_requirement_met,
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
        is_enrolled_learner and not is_completed and (
            is_overdue
            or overdue_activity_count > 0
            or (not has_started and coalesce(
                {{ calendar_days('enrolled_at', as_of()) }} >= {{ var('never_started_after_days') }}, false
            ))
        ) as is_at_risk
    from judged
),

final as (
    select
        enrollment_id,
        user_id,
        institution_id,
        course_id,
        enrollment_status,
        case
            when is_completed then 'completed'
            when enrollment_status = 'Withdrawn' then 'withdrawn'
            when enrollment_status = 'Removed by Teaching Team' then 'removed'
            when enrollment_status = 'Auditing' then 'auditing'
            when has_started then 'in_progress'
            else 'not_started'
        end as learner_status,
        case
            when not has_requirements then 'no_requirements'
            when is_completed = is_all_requirements_met then 'consistent'
            when is_completed then 'completed_without_requirements'
            else 'requirements_met_not_completed'
        end as completion_agreement,
        cast(date_trunc('month', {{ reporting_date('enrolled_at') }}) as date) as cohort_month,
        case when is_completed then {{ calendar_days('enrolled_at', 'completed_at') }} end as days_to_complete,
        required_activity_count,
        fulfilled_activity_count,
        fulfilled_late_activity_count,
        overdue_activity_count,
        fulfilled_activity_count / cast(nullif(required_activity_count, 0) as double) as fulfillment_ratio,
        cast(points_received as double) as points_received,
        points_required,
        cast(greatest(coalesce(points_required, 0) - points_received, 0) as double) as points_missing,
        assignment_submitted_count,
        assignments_required,
        greatest(coalesce(assignments_required, 0) - assignment_submitted_count, 0) as assignments_missing,
        is_learner,
        is_enrolled_learner,
        has_left,
        has_started,
        is_completed,
        is_completed_on_time,
        is_overdue,
        is_at_risk,
        has_requirements,
        is_points_requirement_met,
        is_assignments_requirement_met,
        is_all_requirements_met,
        enrolled_at,
        unenrolled_at,
        first_active_at,
        last_active_at,
        due_at,
        completed_at
    from concluded
)

select * from final
