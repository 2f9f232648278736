{#-
    dbt's own, for contracts: files of Parquet have no constraints, so what must not be NULL is looked at once a table is
    written, and stops the build as a constraint would.
-#}
{% macro spark__persist_constraints(relation, model) -%}
    {%- set filled = [] -%}
    {%- for column in model.columns.values() if 'not_null' in column.constraints | map(attribute='type') -%}
        {%- do filled.append(column.name) -%}
    {%- endfor -%}
    {%- if filled and model.config.contract.enforced -%}
        {%- set nulls = run_query('select count_if(' ~ filled | join(' is null), count_if(') ~ ' is null) from ' ~ relation).rows[0] -%}
        {%- for column, row_count in zip(filled, nulls.values()) if row_count -%}
            {{ exceptions.raise_compiler_error(
                'The contract of ' ~ relation ~ ' has ' ~ column ~ ' never NULL; it is in ' ~ row_count ~ ' rows.'
            ) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
