{#-
    Every version of a data set's records: every column cast and renamed, records without a key left
    out. A deleted record stays, with is_deleted; where the platform has no flag nothing is deleted.
-#}
{% macro stage_versions(data_set) -%}
{%- set columns = novoed_dictionary()[data_set].columns -%}
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

final as (
    select *
    from renamed
    where {{ has_valid_key(data_set) }}
)

select * from final
{%- endmacro %}
