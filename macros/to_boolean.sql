{#-
    The platform's dictionary has booleans and 0/1 flags; exports spell them in several ways, data frames as 1.0 and 0.0.
    What nobody sees does not count: a deleted person must not come back by it.
-#}
{% macro to_boolean(column) -%}
    case
        when {{ column }} in ('true', 't', '1') then true
        when {{ column }} in ('false', 'f', '0') then false
        when {{ lowered(to_clean_text(column)) }} in ('true', 't', '1', '1.0', 'yes', 'y') then true
        when {{ lowered(to_clean_text(column)) }} in ('false', 'f', '0', '0.0', 'no', 'n') then false
    end
{%- endmacro %}
