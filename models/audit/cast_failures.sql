-- Grain: one row per data_set, column_name and value_text: a value of schema raw that staging could not read and made
-- NULL, counted over all versions of its records. Healthy when empty. Text and enumerations take any value.
{%- set castable_types = ['id', 'whole_number', 'decimal_number', 'boolean', 'timestamp', 'closing_timestamp'] %}
{%- set selects = [] %}
{%- for data_set, dictionary in novoed_dictionary().items() %}
    {%- set mapping = question_set_mapping(data_set) if not dictionary.key %}
    {%- for name, type, _ in dictionary.columns if type in castable_types and (dictionary.key or name in mapping) %}
        {%- set column = name if dictionary.key else mapping[name] %}
        {%- set failed %}
    select
        '{{ data_set }}' as data_set,
        '{{ column }}' as column_name,
        {{ adapter.quote(column) }} as value_text,
        {{ to_timestamp(adapter.quote(column), any_year=true) ~ ' is not null' if type.endswith('timestamp') else 'false' }}
            as is_placeholder_date
    from {{ source('raw', data_set) }}
    -- a cell of blanks is empty; asked only of the few that could not be read
    where case
        when {{ cast_column(adapter.quote(column), type) }} is null
            then {{ to_text(adapter.quote(column)) }} is not null
    end
        {%- endset %}
        {%- do selects.append(failed) %}
    {%- endfor %}
{%- endfor %}
with failures as (
    {{ union_all(selects) }}
),

final as (
    select
        data_set,
        column_name,
        value_text,
        is_placeholder_date,
        count(*) as row_count
    from failures
    group by data_set, column_name, value_text, is_placeholder_date
)

select * from final
