{#- A table of texts, none as NULL: `from {{ listed('number', ['1', none]) }}`. -#}
{% macro listed(column, texts) -%}
    (
        values
        {%- for text in texts %}
        ({{ 'cast(null as string)' if text is none else text_literal(text) }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as {{ column }}s ({{ column }})
{%- endmacro %}
