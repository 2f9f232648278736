{#-
    The order that puts the latest version of a record first: the greatest updated timestamp, then the latest load, then
    the greatest file name, then what stands highest in its file.
-#}
{% macro latest_first() -%}
    updated_at desc nulls last, _loaded_at desc, _source_file desc, _source_row asc
{%- endmacro %}
