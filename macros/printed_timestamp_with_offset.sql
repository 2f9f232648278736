{#-
    The UTC timestamp that an ISO date, with or without a time, prints with an offset behind it: +02, +0200 or +02:00,
    behind blanks or not.

    A plain cast to timestamp drops the offset without a word.
-#}
{% macro printed_timestamp_with_offset(text) -%}
    {{ adapter.dispatch('printed_timestamp_with_offset')(text) }}
{%- endmacro %}

{#- the cast to timestamptz wants hours, minutes and seconds, and no blank before the offset -#}
{% macro default__printed_timestamp_with_offset(text) -%}
    {%- set offset = white_space(as_class=true) ~ '*([+-][0-9:]+)$' -%}
    {%- set joined = replaced(text, offset, '\\1') -%}
    {%- set with_time = replaced(joined, '^(.{10})([+-])', '\\1 00:00\\2') -%}
    {%- set with_seconds = replaced(with_time, '^(.{16})([+-])', '\\1:00\\2') -%}
    timezone('UTC', try_cast({{ with_seconds }} as timestamptz))
{%- endmacro %}

{#- a time zone of Java's ends at 18 hours, so the minutes are taken off -#}
{% macro spark__printed_timestamp_with_offset(text) -%}
    {{ spark__less_offset(spark__printed_timestamp(text), "regexp_extract(" ~ text ~ ", r'[+-][0-9:]+\\z', 0)") }}
{%- endmacro %}

{% macro spark__less_offset(timestamp, offset) -%}
    timestampadd(
        minute,
        if({{ offset }} like '-%', 1, -1) * (
            try_cast(substr({{ offset }}, 2, 2) as integer) * 60
            + coalesce(try_cast(right(substr({{ offset }}, 4), 2) as integer), 0)
        ),
        {{ timestamp }}
    )
{%- endmacro %}
