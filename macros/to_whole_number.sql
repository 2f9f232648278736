{#- A count as bigint. `12.0` is 12 (spreadsheets print it so), `12.5` is not a count. -#}
{% macro to_whole_number(column) -%}
    {%- set text = trimmed(column) -%}
    case
        when {{ matches(column, '[0-9]+') }} then try_cast({{ column }} as bigint)
        when {{ matches(text, '[+-]?[0-9]+([.]0*)?') }}
            then try_cast(split_part({{ text }}, '.', 1) as bigint)
    end
{%- endmacro %}
