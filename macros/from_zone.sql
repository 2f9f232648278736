{#- What the clocks of a time zone (a name of the tz database) show, as a UTC timestamp. -#}
{% macro from_zone(zone, local_timestamp) -%}
    {{ adapter.dispatch('from_zone')(zone, local_timestamp) }}
{%- endmacro %}

{% macro default__from_zone(zone, local_timestamp) -%}
    timezone('UTC', timezone('{{ zone }}', {{ local_timestamp }}))
{%- endmacro %}

{% macro spark__from_zone(zone, local_timestamp) -%}
    convert_timezone('{{ zone }}', 'UTC', {{ local_timestamp }})
{%- endmacro %}
