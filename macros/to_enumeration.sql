{#-
    A text enumeration: trimmed, matched without regard to case, shown as the platform's article spells it. A value
    that the article does not have stays as it came; audit.unknown_enumeration_values counts it.
-#}
{% macro to_enumeration(column, enumeration) -%}
    case lower({{ to_text(column) }})
        {%- for value in novoed_enumerations()[enumeration] %}
        when '{{ value | lower }}' then '{{ value }}'
        {%- endfor %}
        else {{ to_text(column) }}
    end
{%- endmacro %}
