{#-
    The cells of a row that could not be read, as a list of (column_name, type, value_text); NULL where there is none, as nearly
    everywhere, so that only the few others are looked at a second time. A cell of blanks is empty. Text and enumerations
    take any value.

    columns: as staged_columns gives them; the raw text of a column stands beside it as `<name>_text`.
-#}
{% macro unreadable_cells(columns) -%}
    {%- set castable_types = ['id', 'whole_number', 'decimal_number', 'boolean', 'timestamp', 'closing_timestamp'] -%}
    {%- set is_lost, lost_cells = [], [] -%}
    {%- for name, type, raw_name in columns if raw_name and type in castable_types -%}
        {%- do is_lost.append(name ~ ' is null and ' ~ raw_text(name) ~ ' is not null') -%}
        {%- do lost_cells.append(
            'case when ' ~ name ~ ' is null and ' ~ to_text(raw_text(name)) ~ " is not null then {'column_name': '"
            ~ raw_name ~ "', 'type': '" ~ type ~ "', 'value_text': " ~ raw_text(name) ~ '} end'
        ) -%}
    {%- endfor -%}
    {%- if is_lost -%}
    case
        when {{ is_lost | join('\n            or ') }}
            then nullif(list_filter([
                {{ lost_cells | join(',\n                ') }}
            ], lambda cell: cell is not null), [])
    end
    {%- else -%}
    cast(null as struct(column_name varchar, type varchar, value_text varchar)[])
    {%- endif -%}
{%- endmacro %}
