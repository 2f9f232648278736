-- Grain: one row per course_id.
-- Left out: sandbox courses. A requirement that the platform does not give stays NULL: unknown is not zero.
with courses as (
    select *
    from {{ ref('int_courses_scoped') }}
    where scope_reason = 'in_scope'
),

requirements as (
    select
        course_id,
        count(*) as required_activity_count
    from {{ ref('int_activities') }}
    where is_counted_requirement
    group by course_id
),

final as (
    select
        courses.course_id,
        courses.institution_id,
        courses.institution_name,
        courses.course_title,
        courses.catalog_id,
        courses.lxp_external_id,
        courses.lms_external_id,
        courses.registration_type,
        courses.self_paced_access_limit,
        courses.duration,
        courses.points_required,
        courses.assignments_required,
        coalesce(requirements.required_activity_count, 0) as required_activity_count,
        coalesce(courses.is_self_paced, false) as is_self_paced,
        coalesce(courses.is_automated_completions_enabled, false) as is_automated_completions_enabled,
        courses.starts_at,
        courses.ends_at,
        courses.released_at,
        courses.closed_at,
        courses.registration_closes_at,
        courses.created_at,
        courses.updated_at
    from courses
    left join requirements
        on courses.course_id = requirements.course_id
)

select * from final
