{#- A finite number that may have a fraction, as double: points, achieved, target. -#}
{% macro to_decimal_number(column) -%}
    {%- set text = trimmed(column) -%}
    case
        when {{ matches(column, '[0-9]{1,15}([.][0-9]+)?') }} then try_cast({{ column }} as double)
        when {{ matches(text, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') }}
            and abs(try_cast({{ text }} as double)) < cast('infinity' as double)
            then try_cast({{ text }} as double)
    end
{%- endmacro %}
