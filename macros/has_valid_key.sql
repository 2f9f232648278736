{#- Whether a cast record can be told from others: no key column is empty that may not be. -#}
{% macro has_valid_key(data_set) -%}
    {%- set dictionary = novoed_dictionary()[data_set] -%}
    {%- for column in dictionary.key if column not in dictionary.optional_key -%}
        {{ column }} is not null{% if not loop.last %} and {% endif %}
    {%- endfor -%}
{%- endmacro %}
