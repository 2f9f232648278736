{#- dbt's own, for contracts: on Spark a text without a greatest length is a string. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
    {%- set typed = {} -%}
    {%- for name, column in columns.items() -%}
        {%- do typed.update({name: dict(column, data_type='string' if column.data_type == 'varchar' else column.data_type)}) -%}
    {%- endfor -%}
    {{ default__get_empty_schema_sql(typed) }}
{%- endmacro %}
