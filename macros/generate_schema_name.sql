{#- Plain schema names (marts, not main_marts): they are part of the public interface. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
