{#-
    As a build ends: which rules of the generic test `sound` do not hold, in words, since dbt only counts them. As an
    error of the database, which dbt shows wherever it shows that the test failed.
-#}
{% macro say_unsound(results) -%}
    {%- set findings = [] -%}
    {%- for result in results if result.status == 'fail' and (result.node.test_metadata or {}).name == 'sound' -%}
        {%- for finding, row_count in run_query(result.node.compiled_code).rows -%}
            {%- do findings.append(result.node.attached_node.split('.')[-1] ~ ': ' ~ finding ~ ' (' ~ row_count ~ ')') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if findings -%}
        {{ stopped_with(findings | join('\n')) }}
    {%- endif -%}
{%- endmacro %}
