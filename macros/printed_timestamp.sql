{#- The timestamp that an ISO date, with or without a time, prints; what stands behind it is taken for UTC. -#}
{% macro printed_timestamp(text) -%}
    {{ adapter.dispatch('printed_timestamp')(text) }}
{%- endmacro %}

{% macro default__printed_timestamp(text) -%}
    try_cast({{ text }} as timestamp)
{%- endmacro %}

{#- cut to what the cast reads the same: no zone, and six digits of a second -#}
{% macro spark__printed_timestamp(text) -%}
    try_cast(regexp_extract({{ text }}, r'\A[0-9-]{10}([ T][0-9:]{5,8}([.][0-9]{1,6})?)?', 0) as timestamp)
{%- endmacro %}
