-- Grain: one row per course_id, with the reason why the course is out of scope or `in_scope`.
-- An unknown is_sandbox (NULL) leaves no course out: missing data must not make a course vanish.
with courses as (
    select * from {{ ref('stg_novoed__courses') }}
),

final as (
    select
        courses.*,
        case when courses.is_sandbox then 'sandbox_course' else 'in_scope' end as scope_reason
    from courses
)

select * from final
