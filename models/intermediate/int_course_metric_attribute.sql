-- Grain: one row per course_id in scope, with the value of the attribute by which metrics are split, var
-- metric_course_attribute; NULL where the course has none.
with courses as (
    select course_id
    from {{ ref('int_courses_scoped') }}
    where scope_reason = 'in_scope'
),

attributes as (
    select
        course_id,
        value
    from {{ ref('int_course_attributes_scoped') }}
    where scope_reason = 'in_scope' and attribute = '{{ var("metric_course_attribute") }}'
),

final as (
    select
        courses.course_id,
        attributes.value as attribute_value
    from courses
    left join attributes
        on courses.course_id = attributes.course_id
)

select * from final
