{#- The platform's dictionary has booleans and 0/1 flags; exports spell them in several ways. -#}
{% macro to_boolean(column) -%}
    case
        when lower({{ to_text(column) }}) in ('true', 't', '1', 'yes', 'y') then true
        when lower({{ to_text(column) }}) in ('false', 'f', '0', 'no', 'n') then false
    end
{%- endmacro %}
