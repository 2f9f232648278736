{#- A list of texts as SQL. -#}
{% macro text_list(texts) -%}
    {%- set literals = [] -%}
    {%- for text in texts | sort -%}
        {%- do literals.append(text_literal(text)) -%}
    {%- endfor -%}
    {{ adapter.dispatch('text_list')(literals | join(', ')) }}
{%- endmacro %}

{% macro default__text_list(literals) -%}
    cast([{{ literals }}] as varchar[])
{%- endmacro %}

{% macro spark__text_list(literals) -%}
    cast(array({{ literals }}) as array<string>)
{%- endmacro %}
