{#-
    Which column of raw holds each canonical column of a question-set data set: {canonical column: raw column}, from the
    seed question_set_columns, as far as the files have the column. Empty while dbt only parses.
-#}
{% macro question_set_mapping(data_set) %}
    {%- set seed = ref('question_set_columns') -%}
    {%- set table = source('raw', data_set) -%}
    {%- set mapping = {} -%}
    {%- if execute -%}
        {%- set arrived = adapter.get_columns_in_relation(table) | map(attribute='name') | list -%}
        {%- set seeded -%}
            select canonical_column, lower(trim(source_column))
            from {{ seed }}
            where data_set = '{{ data_set }}' and source_column is not null
        {%- endset -%}
        {%- for canonical_column, source_column in run_query(seeded).rows if source_column in arrived -%}
            {%- do mapping.update({canonical_column: source_column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(mapping) }}
{% endmacro %}
