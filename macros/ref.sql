{#-
    dbt's `ref` without the name of the database, which DuckDB takes from its file: views work in a copy of another name,
    too, and in a database attached under any name.
-#}
{% macro ref() -%}
    {{ return(builtins.ref(*varargs, **kwargs).include(database=false)) }}
{%- endmacro %}
