{#- One count divided by another, as double; NULL without a denominator. -#}
{% macro ratio(numerator, denominator) -%}
    {{ numerator }} / cast(nullif({{ denominator }}, 0) as double)
{%- endmacro %}
