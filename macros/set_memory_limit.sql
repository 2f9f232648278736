{#-
    Before a build: how much memory DuckDB may take, as NOVOED_MEMORY says, else half of the machine: five eighths of its
    own default, four fifths of what the machine or the container has. The setting is one of the whole process, whatever
    connection sets it.
-#}
{% macro set_memory_limit() -%}
    {%- if execute and adapter.type() == 'duckdb' -%}
        {%- set memory = env_var('NOVOED_MEMORY', '') | trim -%}
        {%- if not memory -%}
            {%- do run_query('reset global memory_limit') -%}
            {%- set size, unit = run_query("select current_setting('memory_limit')").rows[0][0].split(' ') -%}
            {%- set memory = (size | float * 5 / 8) | round(2) ~ unit -%}
        {%- elif not modules.re.fullmatch('(?i)[0-9]+([.][0-9]+)? ?[KMGT]i?B?', memory) -%}
            {{ exceptions.raise_compiler_error(
                'NOVOED_MEMORY takes an amount of memory such as 2GB or 1.5GiB, not ' ~ memory ~ '.'
            ) }}
        {%- endif -%}
        set global memory_limit = '{{ memory }}'
    {%- endif -%}
{%- endmacro %}
