{#- The share of a recording's or event's length that counts as watched, var `watch_threshold`, as exact decimal. -#}
{% macro watch_threshold() -%}
    cast({{ var('watch_threshold') }} as decimal(9, 6))
{%- endmacro %}
