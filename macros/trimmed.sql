{#- Text without white space at its ends: blanks of any width, line ends and tabs. -#}
{% macro trimmed(column) -%}
    trim({{ column }}, {{ white_space() }})
{%- endmacro %}
