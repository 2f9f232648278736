{#- A raw text column cast to one of the types of novoed_dictionary. -#}
{% macro cast_column(column, type) -%}
    {%- if type == 'text' -%} {{ to_text(column) }}
    {%- elif type == 'key' -%} {{ to_key(column) }}
    {%- elif type == 'id' -%} {{ to_id(column) }}
    {%- elif type == 'whole_number' -%} {{ to_whole_number(column) }}
    {%- elif type == 'decimal_number' -%} {{ to_decimal_number(column) }}
    {%- elif type == 'boolean' -%} {{ to_boolean(column) }}
    {%- elif type == 'timestamp' -%} {{ to_timestamp(column) }}
    {%- elif type == 'closing_timestamp' -%} {{ to_timestamp(column, is_closing=true) }}
    {%- elif type == 'org_admin_role' -%} {{ to_org_admin_role(column) }}
    {%- else -%} {{ to_enumeration(column, type) }}
    {%- endif -%}
{%- endmacro %}
