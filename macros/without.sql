{#- What follows a `*` that leaves out columns. -#}
{% macro without(columns) -%}
    {{ adapter.dispatch('without')(columns | join(', ')) }}
{%- endmacro %}

{% macro default__without(columns) -%}
    exclude ({{ columns }})
{%- endmacro %}

{% macro spark__without(columns) -%}
    except ({{ columns }})
{%- endmacro %}
