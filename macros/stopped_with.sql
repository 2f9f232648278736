{#- A query that fails with a sentence. -#}
{% macro stopped_with(sentence) -%}
    {{ adapter.dispatch('stopped_with')(text_literal(sentence)) }}
{%- endmacro %}

{% macro default__stopped_with(sentence) -%}
    select error({{ sentence }})
{%- endmacro %}

{% macro spark__stopped_with(sentence) -%}
    select raise_error({{ sentence }})
{%- endmacro %}
