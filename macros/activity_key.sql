{#-
    The one column that names an activity, for tools that join on a single column: activity_type, `:`, activity_id. NULL
    where either is (`||`, not `concat`, which would print half a key).
-#}
{% macro activity_key(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}activity_type || ':' || {{ prefix }}activity_id
{%- endmacro %}
