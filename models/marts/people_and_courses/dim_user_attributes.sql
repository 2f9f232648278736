-- Grain: one row per user_id, institution_id and attribute.
-- Left out: what the organization's files say of nobody in scope or of several people at once, and all but the latest
-- value. Who has no value of an attribute has no row of it.
with attributes as (
    select *
    from {{ ref('int_user_attributes_scoped') }}
    where scope_reason = 'in_scope' and attribute is not null
),

final as (
    select
        user_id,
        institution_id,
        {{ user_key() }} as user_key,
        attribute,
        value
    from attributes
)

select * from final
