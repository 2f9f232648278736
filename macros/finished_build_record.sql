{#- The statement that puts the end of a build into its record. -#}
{% macro finished_build_record(finished_at, result, failed_nodes, left_out) -%}
    {{ adapter.dispatch('finished_build_record')(finished_at, result, failed_nodes, left_out) }}
{%- endmacro %}

{% macro default__finished_build_record(finished_at, result, failed_nodes, left_out) -%}
        update reference.build_record set
            finished_at = {{ finished_at }},
            result = '{{ result }}',
            failed_nodes = {{ failed_nodes }},
            left_out = {{ left_out }}
{%- endmacro %}

{#- files of Parquet take no update: a second row, and the one that has finished_at counts -#}
{% macro spark__finished_build_record(finished_at, result, failed_nodes, left_out) -%}
        {%- do spark__write_descriptions() -%}
        insert into reference.build_record
        select
            started_at,
            {{ finished_at }},
            as_of,
            vars,
            project_version,
            '{{ result }}',
            {{ failed_nodes }},
            {{ left_out }},
            loaded_file_count,
            newest_loaded_at
        from reference.build_record
{%- endmacro %}

{#- Files of Parquet have no comments: what they describe stands in reference.descriptions, for `novoed publish`. -#}
{% macro spark__write_descriptions() -%}
    {%- set rows = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.access == 'public' -%}
        {%- set table = "('" ~ node.schema ~ "', '" ~ node.name ~ "', " -%}
        {%- do rows.append(table ~ 'cast(null as string), ' ~ text_literal(node.description) ~ ')') -%}
        {%- for column in node.columns.values() -%}
            {%- do rows.append(table ~ "'" ~ column.name ~ "', " ~ text_literal(column.description) ~ ')') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do run_query(replaced_table(
        'reference',
        'descriptions',
        'select * from values ' ~ rows | join(', ') ~ ' as described (schema_name, table_name, column_name, description)',
    )) -%}
{%- endmacro %}
