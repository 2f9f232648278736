{#
    After `dbt source freshness`, which says no more than PASS: when rows of each source were last loaded. Says nothing
    after any other command.
#}
{% macro say_source_ages(results) %}
    {%- for result in results | sort(attribute="node.name") if result.age is defined -%}
        {%- set hours = (result.age / 3600) | round(1) -%}
        {%- set moment = result.max_loaded_at.strftime("%Y-%m-%dT%H:%M:%SZ") -%}
        {%- do log(result.node.name ~ ": new rows were last loaded " ~ hours ~ " hours ago, at " ~ moment, info=true) -%}
    {%- endfor -%}
{% endmacro %}
