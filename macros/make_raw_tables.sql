{#-
    Schema raw on Spark: a table over each folder that `novoed export --raw` wrote, NOVOED_SPARK_RAW (default data/raw): a
    path, or an object store's URL. Columns are found by name, whatever each file has, in whatever order. Without a
    slash it is the name of a schema that a catalog has already, and raw has views of its tables.
-#}
{% macro make_raw_tables() -%}
    {%- set place = env_var('NOVOED_SPARK_RAW', '') or 'data/raw' -%}
    {%- do run_query('create schema if not exists raw') -%}
    {%- for node in graph.sources.values() -%}
        {%- if '/' in place -%}
            {%- do run_query('drop table if exists raw.' ~ node.name) -%}
            {%- do run_query(
                'create table raw.' ~ node.name ~ " using parquet options (mergeSchema 'true') location "
                ~ text_literal(place.rstrip('/') ~ '/' ~ node.name)
            ) -%}
        {%- else -%}
            {%- do run_query(
                'create or replace view raw.' ~ node.name ~ ' as select * from ' ~ place ~ '.' ~ node.name
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
