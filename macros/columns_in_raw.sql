{#- The names of a raw table's columns as far as they are known, all that its files have ever had. -#}
{% macro columns_in_raw(data_set) %}
    {{ return((adapter.get_columns_in_relation(source('raw', data_set)) if execute else []) | map(attribute='name') | list) }}
{% endmacro %}
