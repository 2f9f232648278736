{#-
    The columns of a data set in staging, as a list of (name, type, column of schema raw; none where the files have no
    such column). Of a question-set data set, whose columns the platform does not publish, the seed question_set_columns
    says which column of the CSV is which canonical column; every other column of the CSV stays, as text, under its own
    name.
-#}
{% macro staged_columns(data_set) %}
    {%- set dictionary = novoed_dictionary()[data_set] -%}
    {%- set columns = [] -%}
    {%- if dictionary.key -%}
        {%- for raw_name, type, name in dictionary.columns -%}
            {%- do columns.append((name, type, raw_name)) -%}
        {%- endfor -%}
    {%- else -%}
        {%- set mapping = question_set_mapping(data_set) -%}
        {%- set taken = ['fingerprint', 'has_key', 'is_latest_version', 'unreadable_cells'] -%}
        {%- do taken.extend(dictionary.columns | map(attribute=2)) -%}
        {%- for canonical, type, name in dictionary.columns -%}
            {%- do columns.append((name, type, mapping.get(canonical))) -%}
        {%- endfor -%}
        {%- for column in columns_in_raw(data_set)
            if column not in mapping.values() and column not in ['_source_file', '_source_row', '_loaded_at'] -%}
            {%- do columns.append(('raw_' ~ column if column in taken else column, 'text', column)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}
