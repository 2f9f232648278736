{#- A UTC timestamp as the clocks of a time zone (a name of the tz database) show it. -#}
{% macro in_zone(zone, utc_timestamp) -%}
    {{ adapter.dispatch('in_zone')(zone, utc_timestamp) }}
{%- endmacro %}

{% macro default__in_zone(zone, utc_timestamp) -%}
    timezone('{{ zone }}', timezone('UTC', {{ utc_timestamp }}))
{%- endmacro %}

{% macro spark__in_zone(zone, utc_timestamp) -%}
    convert_timezone('UTC', '{{ zone }}', {{ utc_timestamp }})
{%- endmacro %}
