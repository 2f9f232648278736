-- Grain: as in staging, one row per row of the organization's files and attribute, with the person whom it is of
-- (NULL unless there is exactly one) and the reason why it does not count or `in_scope`.
-- A row is matched by its external id where that is filled, else by its email; there is no second try. Of the versions of
-- a person's attribute the latest counts, of two lines of one file the later one. A row without any value is not
-- superseded.
with attributes as (
    select
        *,
        {{ lowered(to_clean_text('email')) }} as compared_email
    from {{ ref('stg_organization__user_attributes') }}
),

users as (
    select
        user_id,
        institution_id,
        {{ to_key('external_id') }} as external_id,
        {{ lowered(to_clean_text('email')) }} as compared_email
    from {{ ref('int_users_scoped') }}
    where scope_reason = 'in_scope'
),

records as (
    select distinct
        external_id,
        compared_email,
        institution_id,
        has_institution_id,
        _source_file,
        _source_row
    from attributes
),

matches as (
    select
        records._source_file,
        records._source_row,
        users.user_id,
        users.institution_id
    from records
    inner join users
        on records.external_id = users.external_id
        and (records.institution_id = users.institution_id or not records.has_institution_id)

    union all

    select
        records._source_file,
        records._source_row,
        users.user_id,
        users.institution_id
    from records
    inner join users
        on records.compared_email = users.compared_email
        and (records.institution_id = users.institution_id or not records.has_institution_id)
    where records.external_id is null
),

people as (
    select
        _source_file,
        _source_row,
        count(*) as match_count,
        case when count(*) = 1 then min(user_id) end as user_id,
        case when count(*) = 1 then min(institution_id) end as institution_id
    from matches
    group by _source_file, _source_row
),

final as (
    select
        people.user_id,
        people.institution_id,
        attributes.attribute,
        attributes.value,
        attributes._source_file,
        attributes._source_row,
        attributes._loaded_at,
        case
            when people.match_count is null then 'unmatched_user'
            when people.match_count > 1 then 'ambiguous_user'
            when attributes.attribute is not null
                and row_number() over (
                    partition by people.user_id, people.institution_id, attributes.attribute
                    order by attributes._loaded_at desc, attributes._source_file desc, attributes._source_row desc
                ) > 1
                then 'superseded'
            else 'in_scope'
        end as scope_reason
    from attributes
    left join people
        on attributes._source_file = people._source_file
        and attributes._source_row = people._source_row
)

select * from final
