{#-
    A model's contract. Mostly it is kept to the letter, and one look at the query's columns shows that; dbt's own check, which
    asks the database for the declared ones, too, and formats all of them, judges what is left and says what differs.
-#}
{% macro duckdb__get_assert_columns_equivalent(sql) -%}
    {%- set declared, given = {}, {} -%}
    {%- for column in model.columns.values() -%}
        {%- do declared.update({column.name | lower: column.data_type | lower}) -%}
    {%- endfor -%}
    {%- for column in get_column_schema_from_query(sql, config.get('sql_header', none)) -%}
        {%- do given.update({column.name | lower: column.dtype | lower}) -%}
    {%- endfor -%}
    {%- if declared != given -%}
        {{ return(assert_columns_equivalent(sql)) }}
    {%- endif -%}
{%- endmacro %}
