{#-
    A text enumeration: clean, matched without regard to case, shown as the platform's article spells it. A value that
    the article does not have stays, clean; audit.unknown_enumeration_values counts it.
-#}
{% macro to_enumeration(column, enumeration) -%}
    {%- set values = novoed_enumerations()[enumeration] -%}
    case
        when {{ column }} in ('{{ values | join("', '") }}') then {{ column }}
        else
            case {{ lowered(to_clean_text(column)) }}
                {%- for value in values %}
                when '{{ value | lower }}' then '{{ value }}'
                {%- endfor %}
                else {{ to_clean_text(column) }}
            end
    end
{%- endmacro %}
