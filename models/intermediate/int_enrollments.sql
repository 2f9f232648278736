-- Grain: one row per enrollment_id in scope.
-- A learner may neither administer nor mentor the course; a permission that is not known is none. Who has left is said
-- of everybody, learner or not.
with enrollments as (
    select
        *,
        not coalesce(has_admin_permission, false) and not coalesce(has_mentor_permission, false) as is_learner
    from {{ ref('int_enrollments_scoped') }}
    where scope_reason = 'in_scope'
),

final as (
    select
        enrollment_id,
        user_id,
        institution_id,
        course_id,
        enrollment_status,
        is_learner,
        is_learner and coalesce(enrollment_status = 'Enrolled', false) as is_enrolled_learner,
        coalesce(enrollment_status in ('Withdrawn', 'Removed by Teaching Team'), false) as has_left,
        coalesce(completion_status = 'Completed', false) as is_completed,
        enrolled_at,
        unenrolled_at,
        first_visited_course_home_at,
        last_active_at,
        completed_at
    from enrollments
)

select * from final
