{#-
    The one shape of a staging model: cast and rename every column, leave out records without a key, keep each key's
    latest version. A deleted record stays, with is_deleted; where the platform has no flag nothing is deleted.

    The latest version has the greatest updated timestamp, then the latest load, then the greatest file name, then
    stands highest in its file.
-#}
{% macro stage(data_set) -%}
{%- set columns = novoed_columns(data_set) -%}
with source as (
    select * from {{ source('raw', data_set) }}
),

renamed as (
    select
        {%- for name, type, staged_name in columns %}
        {%- if staged_name == 'is_deleted' %}
        coalesce({{ cast_column(name, type) }}, false) as is_deleted,
        {%- else %}
        {{ cast_column(name, type) }} as {{ staged_name }},
        {%- endif %}
        {%- endfor %}
        {%- if 'is_deleted' not in columns | map(attribute=2) %}
        false as is_deleted,
        {%- endif %}
        _source_file,
        _source_row,
        _loaded_at
    from source
),

latest as (
    select *
    from renamed
    where {{ has_valid_key(data_set) }}
    qualify row_number() over (
        partition by {{ novoed_keys(data_set) | join(', ') }}
        order by updated_at desc nulls last, _loaded_at desc, _source_file desc, _source_row asc
    ) = 1
)

select * from latest
{%- endmacro %}
