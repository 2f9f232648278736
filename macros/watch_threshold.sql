{#- The share of a recording's or event's length that counts as watched, var `watch_threshold`, as exact decimal. -#}
{% macro watch_threshold() -%}
    {%- set threshold = var('watch_threshold') -%}
    {%- if threshold is not number or threshold <= 0 -%}
        {{ exceptions.raise_compiler_error("var watch_threshold is a number above 0 such as 0.9, not " ~ threshold) }}
    {%- endif -%}
    cast({{ threshold }} as decimal(9, 6))
{%- endmacro %}
