{#- dbt's `source` without the name of the database, as macro `ref`. -#}
{% macro source() -%}
    {{ return(builtins.source(*varargs).include(database=false)) }}
{%- endmacro %}
