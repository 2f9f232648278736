{#- The last microsecond (UTC) of a calendar day where the reports are read, var `reporting_timezone`. -#}
{% macro end_of_day(date) -%}
    {%- set zone = var('reporting_timezone') -%}
    {%- set next_midnight = 'cast(' ~ date ~ " as timestamp) + interval '1' day" -%}
    {%- if zone == 'UTC' -%}
        {{ next_midnight }} - interval '1' microsecond
    {%- else -%}
        {{ adapter.dispatch('moment_before')(zone, next_midnight) }}
    {%- endif -%}
{%- endmacro %}

{#- clocks may show a time twice: DuckDB takes the second, so what it is asked for is the day's own last -#}
{% macro default__moment_before(zone, midnight) -%}
    timezone('UTC', timezone('{{ zone }}', {{ midnight }} - interval '1' microsecond))
{%- endmacro %}

{#- and Spark the first, so what it is asked for is the next day's own first -#}
{% macro spark__moment_before(zone, midnight) -%}
    convert_timezone('{{ zone }}', 'UTC', {{ midnight }}) - interval '1' microsecond
{%- endmacro %}
