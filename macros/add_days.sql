{#- A timestamp so many days later; a number that leads out of the calendar gives no date rather than an error. -#}
{% macro add_days(timestamp, days) -%}
    try({{ timestamp }} + to_days(cast({{ days }} as integer)))
{%- endmacro %}
