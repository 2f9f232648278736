{#-
    As a build begins: its record, `unfinished`, in place of the one before, so that what a killed build left is not
    taken for finished. It lies in the database itself, so that a copied database can be published.

    loaded_file_count and newest_loaded_at are what schema raw held then: whatever is loaded later is not in the build.
-#}
{% macro begin_build_record() -%}
    {%- if is_build() -%}
        {%- set vars = {} -%}
        {%- for name in var_meanings() -%}
            {%- set value = var(name, none) -%}
            {#- a bare date on the command line is one in YAML, too -#}
            {%- do vars.update({name: value.isoformat() if value.isoformat is defined else value}) -%}
        {%- endfor -%}
        {#- not through the adapter's cache, which leaves a transaction open -#}
        {%- set files = run_query(
            "select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'raw'"
            ~ " and table_name = '_files'"
        ).rows -%}
        create schema if not exists reference;
        create or replace table reference.build_record as
        select
            {{ utc_moment(run_started_at) }} as started_at,
            cast(null as timestamp) as finished_at,
            {{ as_of() }} as as_of,
            '{{ tojson(vars) | replace("'", "''") }}' as vars,
            '{{ project_file().version }}' as project_version,
            'unfinished' as result,
            cast([] as varchar[]) as failed_nodes,
            cast([] as varchar[]) as left_out,
            count(*) as loaded_file_count,
            max(loaded_at) as newest_loaded_at
        from {{ 'raw._files' if files else '(select cast(null as timestamp) as loaded_at where false)' }}
    {%- endif -%}
{%- endmacro %}
