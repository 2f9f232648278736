-- Grain: one row per user_id and institution_id in scope, with the value of the attribute by which metrics are split,
-- var metric_attribute. Everybody is here once, so that a split counts nobody twice; who has no value has NULL.
with users as (
    select
        user_id,
        institution_id
    from {{ ref('int_users_scoped') }}
    where scope_reason = 'in_scope'
),

attributes as (
    select
        user_id,
        institution_id,
        value
    from {{ ref('int_user_attributes_scoped') }}
    where scope_reason = 'in_scope' and attribute = '{{ var("metric_attribute") }}'
),

final as (
    select
        users.user_id,
        users.institution_id,
        {{ user_key('users') }} as user_key,
        attributes.value as attribute_value
    from users
    left join attributes
        on users.user_id = attributes.user_id
        and users.institution_id = attributes.institution_id
)

select * from final
