{#-
    The moment the warehouse speaks of, as a UTC timestamp literal: var `as_of`, by default the time of the run. A
    value that is no ISO timestamp stops the build: without it nothing would ever be overdue.
-#}
{% macro as_of() -%}
    {%- set given = var('as_of', '') | string | trim -%}
    {%- if given -%}
        {%- if not modules.re.fullmatch("\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?", given) -%}
            {{ exceptions.raise_compiler_error("var as_of is an ISO 8601 date or timestamp such as 2026-01-31T00:00:00, not " ~ given) }}
        {%- endif -%}
        {%- set moment = modules.datetime.datetime.fromisoformat(given) -%}
    {%- else -%}
        {%- set moment = run_started_at -%}
    {%- endif -%}
    {%- if moment.tzinfo -%}
        {%- set moment = moment.astimezone(modules.pytz.utc) -%}
    {%- endif -%}
    cast('{{ moment.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}
