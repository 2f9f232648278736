{#- A comma-separated list of org roles: each clean, and as the platform's article spells it. -#}
{% macro to_org_admin_role(column) -%}
    {%- set one_role -%}
        case {{ lowered('trim(role)') }}
            {%- for value in novoed_enumerations()['org_admin_role'] %}
            when '{{ value | lower }}' then '{{ value }}'
            {%- endfor %}
            else trim(role)
        end
    {%- endset -%}
    {{ adapter.dispatch('each_between_commas')(to_clean_text(column), 'role', one_role) }}
{%- endmacro %}

{% macro default__each_between_commas(text, name, value) -%}
    array_to_string(list_transform(string_split({{ text }}, ','), lambda {{ name }}: {{ value }}), ',')
{%- endmacro %}

{% macro spark__each_between_commas(text, name, value) -%}
    array_join(transform(split({{ text }}, ','), {{ name }} -> {{ value }}), ',')
{%- endmacro %}
