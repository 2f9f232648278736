{#-
    Staging of a question-set data set, whose columns the platform does not publish: the seed question_set_columns
    says which column of the CSV is which canonical column. A canonical column without one is NULL; every other
    column of the CSV stays, as text, under its own name. The key is the whole record.
-#}
{% macro stage_question_set(data_set) -%}
{%- set mapping = question_set_mapping(data_set) -%}
{%- set canonical = novoed_dictionary()[data_set].columns -%}
{%- set metadata = ['_source_file', '_source_row', '_loaded_at'] -%}
{%- set arrived = [] -%}
{%- set arrived_quoted = [] -%}
{%- if execute -%}
    {%- for column in adapter.get_columns_in_relation(source('raw', data_set)) if column.name not in metadata -%}
        {%- do arrived.append(column.name) -%}
        {%- do arrived_quoted.append(adapter.quote(column.name)) -%}
    {%- endfor -%}
{%- endif -%}
with source as (
    select * from {{ source('raw', data_set) }}
),

distinct_records as (
    {% if arrived -%}
    {{ first_of_each('source', arrived_quoted, '_loaded_at desc, _source_file desc, _source_row asc') }}
    {%- else -%}
    select * from source
    {%- endif %}
),

renamed as (
    select
        {%- for name, type, staged_name in canonical %}
        {%- set raw_column = adapter.quote(mapping[name]) if name in mapping else 'cast(null as varchar)' %}
        {%- set value = cast_column(raw_column, type) %}
        {{ 'coalesce(' ~ value ~ ', false)' if staged_name == 'is_deleted' else value }} as {{ staged_name }},
        {%- endfor %}
        {%- for name in arrived if name not in mapping.values() %}
        {%- set is_taken = name in canonical | map(attribute=2) %}
        {{ to_text(adapter.quote(name)) }} as {{ adapter.quote('raw_' ~ name if is_taken else name) }},
        {%- endfor %}
        _source_file,
        _source_row,
        _loaded_at
    from distinct_records
)

select * from renamed
{%- endmacro %}
