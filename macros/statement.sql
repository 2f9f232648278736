{#-
    dbt's own, but what goes to the database is not written into target/run, too, where nobody reads it: two hundred files
    in every build. target/compiled has the same queries.
-#}
{% macro statement(name=none, fetch_result=false, auto_begin=true, language='sql') -%}
    {%- if execute -%}
        {%- set response, rows = adapter.execute(caller(), auto_begin=auto_begin, fetch=fetch_result) -%}
        {%- if name is not none -%}
            {%- do store_result(name, response=response, agate_table=rows) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
