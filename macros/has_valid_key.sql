{#- Whether a cast record can be told from others: no key column is empty. Only outcome_id may be. -#}
{% macro has_valid_key(data_set) -%}
    {%- for column in novoed_keys(data_set) if column != 'outcome_id' -%}
        {{ column }} is not null{% if not loop.last %} and {% endif %}
    {%- endfor -%}
{%- endmacro %}

{#- The same of a record of schema raw. Key columns are called the same there. -#}
{% macro has_valid_raw_key(data_set) -%}
    {%- for column, type, _ in novoed_columns(data_set) if column in novoed_keys(data_set) and column != 'outcome_id' -%}
        {% if not loop.first %}
            and {% endif %}{{ cast_column(column, type) }} is not null
    {%- endfor -%}
{%- endmacro %}
