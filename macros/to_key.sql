{#-
    A key that is text: clean, and without the `.0` that data frames print behind whole numbers of a column with gaps.
-#}
{% macro to_key(column) -%}
    case
        when {{ matches(column, '[0-9]+|[!-~]*[!-/1-~]') }} then {{ column }}
        else {{ replaced(to_clean_text(column), '^([+-]?[0-9]+)[.]0$', '\\1') }}
    end
{%- endmacro %}
