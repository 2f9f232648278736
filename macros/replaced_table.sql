{#- The statements that make a table anew from a query. -#}
{% macro replaced_table(schema, name, query) -%}
    {{ adapter.dispatch('replaced_table')(schema, name, query) }}
{%- endmacro %}

{% macro default__replaced_table(schema, name, query) -%}
    create schema if not exists {{ schema }};
    create or replace table {{ schema }}.{{ name }} as
    {{ query }}
{%- endmacro %}

{#- one statement at a time there -#}
{% macro spark__replaced_table(schema, name, query) -%}
    {%- do run_query('create schema if not exists ' ~ schema) -%}
    {%- do run_query('drop table if exists ' ~ schema ~ '.' ~ name) -%}
    create table {{ schema }}.{{ name }} as
    {{ query }}
{%- endmacro %}
