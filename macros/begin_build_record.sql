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
        {%- set files = 'raw._files' if has_loaded() else '(select cast(null as timestamp) as loaded_at where false)' -%}
        {%- set record -%}
        select
            {{ utc_moment(run_started_at) }} as started_at,
            cast(null as timestamp) as finished_at,
            {{ as_of() }} as as_of,
            {{ text_literal(tojson(vars)) }} as vars,
            '{{ adapter.config.version }}' as project_version,
            'unfinished' as result,
            {{ text_list([]) }} as failed_nodes,
            {{ text_list([]) }} as left_out,
            count(*) as loaded_file_count,
            max(loaded_at) as newest_loaded_at
        from {{ files }}
        {%- endset -%}
        {{ replaced_table('reference', 'build_record', record) }}
    {%- endif -%}
{%- endmacro %}
