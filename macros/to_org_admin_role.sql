{#- A comma-separated list of org roles: each clean, and as the platform's article spells it. -#}
{% macro to_org_admin_role(column) -%}
    {%- set values = novoed_enumerations()['org_admin_role'] -%}
    array_to_string(
        list_transform(
            string_split({{ to_clean_text(column) }}, ','),
            lambda role: case lower(trim(role))
                {%- for value in values %}
                when '{{ value | lower }}' then '{{ value }}'
                {%- endfor %}
                else trim(role)
            end
        ),
        ','
    )
{%- endmacro %}
