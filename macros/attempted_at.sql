{#- When an attempt happened: last_active_at, or the record's update where the platform gives none. -#}
{% macro attempted_at(attempts) -%}
    coalesce({{ attempts }}.last_active_at, {{ attempts }}.updated_at)
{%- endmacro %}
