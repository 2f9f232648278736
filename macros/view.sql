{#- A view, made by fewer statements than dbt's own. -#}
{% materialization view, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='view') -%}
    {{ return(replaced_relation(relation, create_view_as(relation, compiled_code))) }}
{% endmaterialization %}

{#-
    On Spark a view is a table, too: a view of views would be planned and computed anew by everything that reads it, and
    what was built is whole in its files.
-#}
{% materialization view, adapter='spark' %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}
