{#- A comma-separated list of org roles, in the article's spelling (lower case), without blanks around the commas. -#}
{% macro to_org_admin_role(column) -%}
    lower(regexp_replace({{ to_text(column) }}, '\s*,\s*', ',', 'g'))
{%- endmacro %}
