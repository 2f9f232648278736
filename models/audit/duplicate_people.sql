-- Grain: one row per institution_id, attribute and value that several people in scope share: an email (without regard to
-- case) or an external id, compared as keys are. Healthy when empty. Somebody with two accounts counts as two people, and what
-- one of them has fulfilled is missing of the other.
with users as (
    select * from {{ ref('dim_users') }}
),

attributes as (
    select
        institution_id,
        'email' as attribute,
        {{ lowered(to_clean_text('email')) }} as value
    from users

    union all

    select
        institution_id,
        'external_id' as attribute,
        {{ to_key('external_id') }} as value
    from users
),

final as (
    select
        institution_id,
        attribute,
        value,
        count(*) as person_count
    from attributes
    where value is not null
    group by institution_id, attribute, value
    having count(*) > 1
)

select * from final
