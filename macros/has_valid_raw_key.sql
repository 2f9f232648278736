{#- has_valid_key of a record of schema raw. Key columns are called the same there. -#}
{% macro has_valid_raw_key(data_set) -%}
    {%- set dictionary = novoed_dictionary()[data_set] -%}
    {%- for column, type, _ in dictionary.columns if column in dictionary.key and column not in dictionary.optional_key -%}
        {% if not loop.first %}
            and {% endif %}{{ cast_column(column, type) }} is not null
    {%- endfor -%}
{%- endmacro %}
