-- Grain: one row per row of the organization's files, attribute and course that it is of (one without a course where
-- there is none), with the reason why it does not count or `in_scope`.
-- A row is matched by its course_id where that is filled, else by its catalog id, which several courses may share; there is
-- no second try. Of the versions of a course's attribute the latest counts, of two lines of one file the later one. A
-- row without any value is not superseded.
with attributes as (
    select
        *,
        {{ lowered('catalog_id') }} as compared_catalog_id
    from {{ ref('stg_organization__course_attributes') }}
),

courses as (
    select
        course_id,
        institution_id,
        {{ lowered(to_clean_text('catalog_id')) }} as compared_catalog_id
    from {{ ref('int_courses_scoped') }}
    where scope_reason = 'in_scope'
),

records as (
    select distinct
        course_id,
        has_course_id,
        compared_catalog_id,
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
        courses.course_id
    from records
    inner join courses
        on records.course_id = courses.course_id
        and (records.institution_id = courses.institution_id or not records.has_institution_id)

    union all

    select
        records._source_file,
        records._source_row,
        courses.course_id
    from records
    inner join courses
        on records.compared_catalog_id = courses.compared_catalog_id
        and (records.institution_id = courses.institution_id or not records.has_institution_id)
    where not records.has_course_id
),

final as (
    select
        matches.course_id,
        attributes.attribute,
        attributes.value,
        attributes._source_file,
        attributes._source_row,
        attributes._loaded_at,
        case
            when matches.course_id is null then 'unmatched_course'
            when attributes.attribute is not null
                and row_number() over (
                    partition by matches.course_id, attributes.attribute
                    order by attributes._loaded_at desc, attributes._source_file desc, attributes._source_row desc
                ) > 1
                then 'superseded'
            else 'in_scope'
        end as scope_reason
    from attributes
    left join matches
        on attributes._source_file = matches._source_file
        and attributes._source_row = matches._source_row
)

select * from final
