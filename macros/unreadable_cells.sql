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
            'case when ' ~ name ~ ' is null and ' ~ to_text(raw_text(name)) ~ ' is not null then '
            ~ adapter.dispatch('unreadable_cell')(raw_name, type, raw_text(name)) ~ ' end'
        ) -%}
    {%- endfor -%}
    {%- if is_lost -%}
    case
        when {{ is_lost | join('\n            or ') }}
            then {{ adapter.dispatch('unreadable_list')(lost_cells | join(',\n                ')) }}
    end
    {%- else -%}
    {{ adapter.dispatch('no_unreadable_list')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__unreadable_cell(column_name, type, value_text) -%}
    {'column_name': '{{ column_name }}', 'type': '{{ type }}', 'value_text': {{ value_text }}}
{%- endmacro %}

{% macro spark__unreadable_cell(column_name, type, value_text) -%}
    named_struct('column_name', '{{ column_name }}', 'type', '{{ type }}', 'value_text', {{ value_text }})
{%- endmacro %}

{% macro default__unreadable_list(cells) -%}
nullif(list_filter([
                {{ cells }}
            ], lambda cell: cell is not null), [])
{%- endmacro %}

{% macro spark__unreadable_list(cells) -%}
get(filter(array(filter(array(
                {{ cells }}
            ), cell -> cell is not null)), cells -> size(cells) > 0), 0)
{%- endmacro %}

{% macro default__no_unreadable_list() -%}
    cast(null as struct(column_name varchar, type varchar, value_text varchar)[])
{%- endmacro %}

{% macro spark__no_unreadable_list() -%}
    cast(null as array<struct<column_name: string, type: string, value_text: string>>)
{%- endmacro %}
