{#- A whole number written as digits, as bigint. `12.0` is not an id. -#}
{% macro to_id(column) -%}
    case
        when regexp_full_match({{ column }}, '[0-9]+') then try_cast({{ column }} as bigint)
        when regexp_full_match({{ to_text(column) }}, '[+-]?[0-9]+') then try_cast({{ to_text(column) }} as bigint)
    end
{%- endmacro %}
