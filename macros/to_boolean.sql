{#-
    The platform's dictionary has booleans and 0/1 flags; exports spell them in several ways, data frames as 1.0 and 0.0.
    What nobody sees does not count: a deleted person must not come back by it.
-#}
{% macro to_boolean(column) -%}
    case
        when {{ column }} in ('true', 't', '1') then true
        when {{ column }} in ('false', 'f', '0') then false
        else
            {#- not by two lists: DuckDB looks every row up in a longer one, whatever the branches before it say #}
            case {{ lowered(to_clean_text(column)) }}
                {%- for text in ['true', 't', '1', '1.0', 'yes', 'y'] %}
                when '{{ text }}' then true
                {%- endfor %}
                {%- for text in ['false', 'f', '0', '0.0', 'no', 'n'] %}
                when '{{ text }}' then false
                {%- endfor %}
            end
    end
{%- endmacro %}
