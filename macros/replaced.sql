{#- A text with every match of a regular expression replaced; `\1` in the replacement is the first group. -#}
{% macro replaced(text, pattern, replacement) -%}
    {{ adapter.dispatch('replaced')(text, pattern, replacement) }}
{%- endmacro %}

{% macro default__replaced(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replaced(text, pattern, replacement) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', '{{ replacement | replace('\\', '$') }}')
{%- endmacro %}
