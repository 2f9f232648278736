{#- A whole number written as digits, as bigint. `12.0` is no id. -#}
{% macro to_id(column) -%}
    case when regexp_full_match({{ to_text(column) }}, '[+-]?[0-9]+') then try_cast({{ to_text(column) }} as bigint) end
{%- endmacro %}
