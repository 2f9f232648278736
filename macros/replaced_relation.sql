{#-
    Makes a model's table or view anew, in one transaction: the old one goes, `creation` makes the new one, its comments
    are written. dbt's own way on DuckDB has a dozen statements in two transactions for it, around a second name and two
    renames, which on a small institution are more work than what is in the tables. What this project has no use for is not
    here: grants, indexes, hooks outside of the transaction, models in Python.
-#}
{% macro replaced_relation(relation, creation) -%}
    {%- set before = load_cached_relation(relation) -%}
    {{ run_hooks(pre_hooks) }}
    {#- what dbt's own way left when it was killed would be published -#}
    {%- for leftover in [make_intermediate_relation(relation), make_backup_relation(relation, 'table')] -%}
        {%- do drop_relation_if_exists(load_cached_relation(leftover)) -%}
    {%- endfor -%}
    {%- call statement('main') -%}
        {%- if before %}
    drop {{ before.type }} if exists {{ before }};
        {%- endif %}
    {{ creation }}
    {%- endcall -%}
    {%- do persist_docs(relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{%- endmacro %}
