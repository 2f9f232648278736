{#- The names of the vars that somebody has set, on the command line or in dbt_project.yml. -#}
{% macro var_names_given() -%}
    {%- set names = (invocation_args_dict.get('vars') or {}) | list -%}
    {%- for name, value in adapter.config.vars.to_dict().items() -%}
        {%- do names.extend(value | list if name == project_name else [name]) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
