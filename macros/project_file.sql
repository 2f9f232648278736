{#- What dbt_project.yml says, which dbt does not tell. Empty while there is no connection yet. -#}
{% macro project_file() -%}
    {%- set contents = '{}' -%}
    {%- if execute -%}
        {#- a path is data: brackets keep read_text from looking for several files -#}
        {%- set file = modules.re.sub('([*?[])', '[\\1]', invocation_args_dict.project_dir ~ '/dbt_project.yml') -%}
        {%- set rows = run_query("select content from read_text('" ~ file | replace("'", "''") ~ "')").rows -%}
        {%- set contents = rows[0][0] -%}
    {%- endif -%}
    {{ return(fromyaml(contents)) }}
{%- endmacro %}
