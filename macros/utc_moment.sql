{#- A moment of Python's as a UTC timestamp literal. -#}
{% macro utc_moment(moment) -%}
    {%- if moment.tzinfo -%}
        {%- set moment = moment.astimezone(modules.pytz.utc) -%}
    {%- endif -%}
    cast('{{ moment.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}
