{#- A whole number written as digits, as bigint. `12.0` is not an id. -#}
{% macro to_id(column) -%}
    {%- set text = trimmed(column) -%}
    case
        when {{ matches(column, '[0-9]+') }} then try_cast({{ column }} as bigint)
        when {{ matches(text, '[+-]?[0-9]+') }} then try_cast({{ text }} as bigint)
    end
{%- endmacro %}
