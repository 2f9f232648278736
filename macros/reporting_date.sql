{#-
    The calendar day of a UTC timestamp where the reports are read, var `reporting_timezone` (a tz database name,
    default UTC). Governs every `_on` day and month; the contract's day differences stay UTC days.
-#}
{% macro reporting_date(utc_timestamp) -%}
    {%- set zone = var('reporting_timezone') -%}
    {%- if zone == 'UTC' -%}
        cast({{ utc_timestamp }} as date)
    {%- else -%}
        cast({{ in_zone(zone, utc_timestamp) }} as date)
    {%- endif -%}
{%- endmacro %}
