{#-
    The names of the vars that somebody has set, on the command line or in dbt_project.yml. dbt does not tell which the
    latter has, so the file is read, once there is a connection.
-#}
{% macro var_names_given() -%}
    {%- set names = (invocation_args_dict.get('vars') or {}) | list -%}
    {%- if execute -%}
        {#- a path is data: brackets keep read_text from looking for several files -#}
        {%- set file = modules.re.sub('([*?[])', '[\\1]', invocation_args_dict.project_dir ~ '/dbt_project.yml') -%}
        {%- set contents = run_query("select content from read_text('" ~ file | replace("'", "''") ~ "')") -%}
        {%- for name, value in (fromyaml(contents.rows[0][0]).get('vars') or {}).items() -%}
            {%- do names.extend(value | list if name == project_name else [name]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}
