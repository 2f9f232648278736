{#-
    The moment the warehouse speaks of, as a UTC timestamp literal: var `as_of`, by default the time of the run. dbt
    renders models before check_vars, so a var that could not be read is not read while it parses (`execute`).
-#}
{% macro as_of() -%}
    {%- set given = var('as_of', '') | string | trim -%}
    {{ utc_moment(modules.datetime.datetime.fromisoformat(given) if given and execute else run_started_at) }}
{%- endmacro %}
