{#-
    The moment the warehouse speaks of, as a UTC timestamp literal: var `as_of`, by default the time of the run.
-#}
{% macro as_of() -%}
    {%- set given = var('as_of', '') | string | trim -%}
    {%- if given -%}
        {%- set moment = modules.datetime.datetime.fromisoformat(given) -%}
    {%- else -%}
        {%- set moment = run_started_at -%}
    {%- endif -%}
    {%- if moment.tzinfo -%}
        {%- set moment = moment.astimezone(modules.pytz.utc) -%}
    {%- endif -%}
    cast('{{ moment.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}
