{#- The last microsecond (UTC) of a calendar day where the reports are read, var `reporting_timezone`. -#}
{% macro end_of_day(date) -%}
    {%- set zone = var('reporting_timezone') -%}
    {%- set next_midnight = 'cast(' ~ date ~ " as timestamp) + interval '1' day" -%}
    {%- if zone != 'UTC' -%}
        {%- set next_midnight = from_zone(zone, next_midnight) -%}
    {%- endif -%}
    {{ next_midnight }} - interval '1' microsecond
{%- endmacro %}
