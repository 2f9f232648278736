{#-
    Text as it is shown: without surrounding white space; nothing left is NULL. Most texts have none, and looking for
    every kind of it costs several times as much.
-#}
{% macro to_text(column) -%}
    case
        when {{ matches(column, '[!-~]([ -~]*[!-~])?') }} then {{ column }}
        else nullif({{ trimmed(column) }}, '')
    end
{%- endmacro %}
