{#-
    The moment the warehouse speaks of, as a UTC timestamp literal: var `as_of`, by default the time of the run.
-#}
{% macro as_of() -%}
    {%- set given = var('as_of', '') | string | trim -%}
    {{ utc_moment(modules.datetime.datetime.fromisoformat(given) if given else run_started_at) }}
{%- endmacro %}
