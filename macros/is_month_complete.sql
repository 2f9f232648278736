{#- Whether a month, given by its first day, is over at `as_of`, where the reports are read (var `reporting_timezone`). -#}
{% macro is_month_complete(month) -%}
    {{ reporting_date(as_of()) }} >= {{ month }} + interval '1' month
{%- endmacro %}
