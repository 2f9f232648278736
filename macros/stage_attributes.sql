{#-
    The one shape of the staging models of the organization's own attributes: one row per row of the files and attribute
    of which it has a value; a row without any value has one row, without an attribute. All versions stay.

    `columns` are those that tell whose the attributes are, as (name in the CSV, SQL, name in staging); every other one
    is an attribute. An institution or a course that is given and cannot be read is nobody's, so it is not as if it
    were not given: see `has_`.
-#}
{% macro stage_attributes(attribute_set, columns) -%}
{%- set kept = columns | map(attribute=0) | unique | list + ['_source_file', '_source_row', '_loaded_at'] -%}
with source as (
    select * from {{ source('raw', attribute_set) }}
),

attributes as (
    {{ unpivoted('source', kept, columns_in_raw(attribute_set)) }}
),

cleaned as (
    select
        {%- for name, sql, staged_name in columns %}
        {{ sql }} as {{ staged_name }},
        {%- endfor %}
        attribute,
        {{ to_text('value') }} as value,
        _source_file,
        _source_row,
        _loaded_at
    from attributes
),

final as (
    select *
    from cleaned
    where attribute is null or value is not null
    qualify attribute is not null or count(attribute) over (partition by _source_file, _source_row) = 0
)

select * from final
{%- endmacro %}
