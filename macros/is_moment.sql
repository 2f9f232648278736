{#- Whether a var's value is empty, or an ISO 8601 date or timestamp of a day that the calendar has. -#}
{% macro is_moment(value) -%}
    {%- set text = value | string | trim -%}
    {%- set found = modules.re.fullmatch(
        '([12][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
        ~ '([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?)?',
        text,
    ) -%}
    {%- if found -%}
        {%- set first_of_month = modules.datetime.date(found[1] | int, found[2] | int, 1) -%}
        {%- set day = first_of_month + modules.datetime.timedelta(days=(found[3] | int) - 1) -%}
    {%- endif -%}
    {{ return(text == '' or (found is not none and day.month == first_of_month.month)) }}
{%- endmacro %}
