{#- Text as it is shown: without surrounding white space; nothing left is NULL. -#}
{% macro to_text(column) -%}
    nullif(trim({{ column }}, {{ white_space() }}), '')
{%- endmacro %}
