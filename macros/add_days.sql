{#- A timestamp so many days later; a number that leads out of the calendar gives no date rather than an error. -#}
{% macro add_days(timestamp, days) -%}
    {{ adapter.dispatch('add_days')(timestamp, days) }}
{%- endmacro %}

{% macro default__add_days(timestamp, days) -%}
    try({{ timestamp }} + to_days(cast({{ days }} as integer)))
{%- endmacro %}

{% macro spark__add_days(timestamp, days) -%}
    try_add({{ timestamp }}, make_interval(0, 0, 0, try_cast({{ days }} as integer)))
{%- endmacro %}
