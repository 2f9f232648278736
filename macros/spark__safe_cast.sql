{#-
    How dbt's unit tests cast the values of their rows on Spark: of a list or a record, which Spark casts from no text, the
    text is read as JSON, so that both engines read the same row.
-#}
{% macro spark__safe_cast(field, type) -%}
    {%- if field is string and field.startswith("'") and type.split('<')[0] in ['array', 'struct'] -%}
    from_json({{ field }}, '{{ type }}')
    {%- else -%}
    cast({{ field }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
