{#- One number for the values of these columns, NULL counted as a value: rows that agree share it, others hardly ever. -#}
{% macro fingerprint(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
