{#- A finite number that may have a fraction, as double: points, achieved, target. -#}
{% macro to_decimal_number(column) -%}
    case
        when regexp_full_match({{ column }}, '[0-9]{1,15}(\.[0-9]+)?') then try_cast({{ column }} as double)
        when regexp_full_match({{ to_text(column) }}, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')
            and isfinite(try_cast({{ to_text(column) }} as double))
            then try_cast({{ to_text(column) }} as double)
    end
{%- endmacro %}
