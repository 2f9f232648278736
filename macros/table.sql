{#- A table, made by fewer statements than dbt's own. -#}
{% materialization table, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='table') -%}
    {{ return(replaced_relation(relation, create_table_as(false, relation, compiled_code))) }}
{% endmaterialization %}
