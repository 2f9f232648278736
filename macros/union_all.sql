{#- One query out of several of the same columns: `selects` is a list of their texts. -#}
{% macro union_all(selects) -%}
    {{ selects | join('\n\nunion all\n\n') }}
{%- endmacro %}
