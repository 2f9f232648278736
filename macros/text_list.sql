{#- A list of texts as SQL. -#}
{% macro text_list(texts) -%}
    cast([
        {%- for text in texts | sort -%}
            '{{ text | replace("'", "''") }}'{{ ', ' if not loop.last }}
        {%- endfor -%}
    ] as varchar[])
{%- endmacro %}
