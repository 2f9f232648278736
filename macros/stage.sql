{#-
    The one shape of a staging model: every column cast and renamed (stage_versions), of each key the latest version.
-#}
{% macro stage(data_set) -%}
with versions as (
    {{ stage_versions(data_set) | indent }}
),

latest as (
    select *
    from versions
    qualify row_number() over (
        partition by {{ novoed_dictionary()[data_set].key | join(', ') }}
        order by {{ latest_first() }}
    ) = 1
)

select * from latest
{%- endmacro %}
