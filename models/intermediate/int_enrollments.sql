-- Grain: one row per enrollment_id in scope.
-- A learner may neither administer nor mentor the course; a permission that is not known is none. Who has left is said
-- of everybody, learner or not.
with enrollments as (
    select
        *,
        coalesce(has_admin_permission, false) as is_course_admin,
        coalesce(has_mentor_permission, false) as is_course_mentor
    from {{ ref('int_enrollments_scoped') }}
    where scope_reason = 'in_scope'
),

final as (
    select
        enrollment_id,
        user_id,
        institution_id,
        course_id,
        course_role_id,
        registered_by_user_id,
        enrollment_status,
        user_role_name,
        is_course_admin as has_admin_permission,
        is_course_mentor as has_mentor_permission,
        not is_course_admin and not is_course_mentor as is_learner,
        not is_course_admin and not is_course_mentor and coalesce(enrollment_status = 'Enrolled', false)
            as is_enrolled_learner,
        coalesce(enrollment_status in ('Withdrawn', 'Removed by Teaching Team'), false) as has_left,
        coalesce(registered_by_user_id = user_id, true) as is_self_registered,
        coalesce(completion_status = 'Completed', false) as is_completed,
        enrolled_at,
        unenrolled_at,
        first_visited_course_home_at,
        last_active_at,
        completed_at,
        updated_at
    from enrollments
)

select * from final
