{#- The order that puts the attempt that counts first, from var `item_attempt`: `first` is asc, `last` is desc. -#}
{% macro item_attempt_direction() -%}
    {%- set given = var('item_attempt') -%}
    {%- if given not in ['first', 'last'] -%}
        {{ exceptions.raise_compiler_error("var item_attempt is '" ~ given ~ "'. Set it to first or last.") }}
    {%- endif -%}
    {{- 'asc' if given == 'first' else 'desc' -}}
{%- endmacro %}
