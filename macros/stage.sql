{#-
    The one shape of a staging model: cast and rename every column, leave out records without a key, keep each key's
    latest version. A deleted record stays, with is_deleted; where the platform has no flag nothing is deleted.
-#}
{% macro stage(data_set) -%}
{%- set dictionary = novoed_dictionary()[data_set] -%}
{%- set columns = dictionary.columns -%}
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
        partition by {{ dictionary.key | join(', ') }}
        order by {{ latest_first() }}
    ) = 1
)

select * from latest
{%- endmacro %}
