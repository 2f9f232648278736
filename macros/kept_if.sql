{#- A value where a condition holds for it, else NULL. The condition calls it by `name`; it is computed once. -#}
{% macro kept_if(value, name, condition) -%}
    {{ adapter.dispatch('kept_if')(value, name, condition) }}
{%- endmacro %}

{% macro default__kept_if(value, name, condition) -%}
    list_filter([
        {{ value }}
    ], lambda {{ name }}: {{ condition }})[1]
{%- endmacro %}

{% macro spark__kept_if(value, name, condition) -%}
    get(filter(array(
        {{ value }}
    ), {{ name }} -> {{ condition }}), 0)
{%- endmacro %}
