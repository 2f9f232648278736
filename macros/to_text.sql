{#- Text without surrounding white space; nothing left is NULL. -#}
{% macro to_text(column) -%}
    nullif(trim({{ column }}, concat(' ', chr(9), chr(10), chr(13), chr(160))), '')
{%- endmacro %}
