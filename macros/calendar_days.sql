{#- Whole calendar days from one timestamp's date to another's, both UTC: 23:59 to 00:01 is one day. -#}
{% macro calendar_days(from_timestamp, to_timestamp) -%}
    {{ adapter.dispatch('calendar_days')(from_timestamp, to_timestamp) }}
{%- endmacro %}

{% macro default__calendar_days(from_timestamp, to_timestamp) -%}
    date_diff('day', cast({{ from_timestamp }} as date), cast({{ to_timestamp }} as date))
{%- endmacro %}

{% macro spark__calendar_days(from_timestamp, to_timestamp) -%}
    cast(date_diff(cast({{ to_timestamp }} as date), cast({{ from_timestamp }} as date)) as bigint)
{%- endmacro %}
