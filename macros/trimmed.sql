{#- Text without white space at its ends: blanks of any width, line ends and tabs. -#}
{% macro trimmed(column) -%}
    {{ adapter.dispatch('trimmed')(column) }}
{%- endmacro %}

{% macro default__trimmed(column) -%}
    trim({{ column }}, {{ white_space() }})
{%- endmacro %}

{% macro spark__trimmed(column) -%}
    btrim({{ column }}, {{ white_space() }})
{%- endmacro %}
