{#- What the text of schema raw is called while staging reads it, beside the column that is made of it. -#}
{% macro raw_text(name) -%}
    {{ adapter.quote(name ~ ' as text') }}
{%- endmacro %}
