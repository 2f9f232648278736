{#- What an engine needs before the first model; DuckDB nothing. -#}
{% macro prepare_engine() -%}
    {%- do adapter.dispatch('prepare_engine')() -%}
{%- endmacro %}

{% macro default__prepare_engine() -%}
{%- endmacro %}

{#-
    dbt-spark switches ANSI mode off with every statement, whatever the profile says. With it on, what overflows or
    cannot be cast is an error, as on DuckDB, and not NULL or another number.
-#}
{% macro spark__prepare_engine() -%}
    {%- do adapter.config.credentials.server_side_parameters.update({'spark.sql.ansi.enabled': 'true'}) -%}
    {%- if is_build() -%}
        {%- do make_raw_tables() -%}
    {%- endif -%}
{%- endmacro %}
