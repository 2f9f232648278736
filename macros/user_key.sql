{#-
    The one column that names a person, for tools that join on a single column: institution_id, `:`, user_id. NULL where
    either is (`||`, not `concat`, which would print half a key).
-#}
{% macro user_key(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}institution_id || ':' || {{ prefix }}user_id
{%- endmacro %}
