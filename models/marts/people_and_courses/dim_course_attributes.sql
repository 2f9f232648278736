-- Grain: one row per course_id and attribute.
-- Left out: what the organization's files say of no course in scope, and all but the latest value. A course without a
-- value of an attribute has no row of it.
with attributes as (
    select *
    from {{ ref('int_course_attributes_scoped') }}
    where scope_reason = 'in_scope' and attribute is not null
),

final as (
    select
        course_id,
        attribute,
        value
    from attributes
)

select * from final
