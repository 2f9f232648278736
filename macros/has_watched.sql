{#-
    Whether `achieved` reaches the share of a recording's or event's length that counts as watched (var
    `watch_threshold`), exactly. Never NULL; without a length nothing is watched.
-#}
{% macro has_watched(achieved, target) -%}
    coalesce({{ target }} > 0 and {{ exact(achieved) }} >= {{ watch_threshold() }} * {{ exact(target) }}, false)
{%- endmacro %}
