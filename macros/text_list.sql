{#- A list of texts as SQL. -#}
{% macro text_list(texts) -%}
    {{ adapter.dispatch('text_list')(texts | sort | map('replace', "'", "''") | list) }}
{%- endmacro %}

{% macro default__text_list(texts) -%}
    cast([{% for text in texts %}'{{ text }}'{{ ', ' if not loop.last }}{% endfor %}] as varchar[])
{%- endmacro %}

{% macro spark__text_list(texts) -%}
    cast(array({% for text in texts %}'{{ text }}'{{ ', ' if not loop.last }}{% endfor %}) as array<string>)
{%- endmacro %}
