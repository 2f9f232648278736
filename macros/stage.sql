{#-
    The one shape of a staging model: of each key the latest version, of what stage_versions has made of schema raw.
-#}
{% macro stage(data_set) -%}
with final as (
    select * {{ without(['has_key', 'is_latest_version', 'unreadable_cells']) }}
    from {{ ref('stg_novoed__' ~ data_set ~ '_versions') }}
    where is_latest_version
)

select * from final
{%- endmacro %}
