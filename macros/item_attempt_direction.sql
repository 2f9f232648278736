{#- The order that puts the attempt that counts first, from var `item_attempt`: `first` is asc, `last` is desc. -#}
{% macro item_attempt_direction() -%}
    {{- 'asc' if var('item_attempt') == 'first' else 'desc' -}}
{%- endmacro %}
