-- Grain: one row per enrollment_id in scope: points and submitted assignments, against those that the course asks for.
-- Not of learners alone: mentors have points, too. A requirement of 0, or one that the platform does not give, is met.
with enrollments as (
    select * from {{ ref('int_enrollments') }}
),

courses as (
    select *
    from {{ ref('int_courses_scoped') }}
    where scope_reason = 'in_scope'
),

points as (
    select * from {{ ref('int_learner_course_points') }}
),

counted as (
    select
        enrollments.enrollment_id,
        courses.points_required,
        courses.assignments_required,
        coalesce(points.points_received, 0) as points_received,
        coalesce(points.assignment_submitted_count, 0) as assignment_submitted_count
    from enrollments
    inner join courses
        on enrollments.course_id = courses.course_id
    left join points
        on enrollments.user_id = points.user_id
        and enrollments.institution_id = points.institution_id
        and enrollments.course_id = points.course_id
),

final as (
    select
        enrollment_id,
        points_received,
        points_required,
        assignment_submitted_count,
        assignments_required,
        coalesce(points_required, 0) = 0 or points_received >= points_required as is_points_requirement_met,
        coalesce(assignments_required, 0) = 0 or assignment_submitted_count >= assignments_required
            as is_assignments_requirement_met
    from counted
)

select * from final
