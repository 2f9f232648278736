{#- Whether anything was ever loaded: schema raw is there. -#}
{% macro has_loaded() -%}
    {{ return(adapter.dispatch('has_loaded')()) }}
{%- endmacro %}

{#- not through the adapter's cache, which leaves a transaction open -#}
{% macro default__has_loaded() -%}
    {{ return(run_query(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'raw'"
        ~ " and table_name = '_files'"
    ).rows | length > 0) }}
{%- endmacro %}

{% macro spark__has_loaded() -%}
    {{ return(run_query("show tables in raw like '_files'").rows | length > 0) }}
{%- endmacro %}
