-- Grain: one row per data_set, column_name and value_text: a value of schema raw that staging could not read and made
-- NULL, counted over all versions of its records. Healthy when empty. Text and enumerations take any value.
{%- set castable_types = ['id', 'whole_number', 'decimal_number', 'boolean', 'timestamp'] %}
with
{%- for data_set in novoed_data_sets() %}
{{ data_set }} as (
    {%- set mapping = none if novoed_keys(data_set) else question_set_mapping(data_set) %}
    {%- for name, type, _ in novoed_columns(data_set) if type in castable_types %}
    {%- set column = name if mapping is none else mapping.get(name) %}
    {%- if column %}
    select '{{ column }}' as column_name, {{ adapter.quote(column) }} as value_text
    from {{ source('raw', data_set) }}
    where {{ to_text(adapter.quote(column)) }} is not null
        and {{ cast_column(adapter.quote(column), type) }} is null

    union all
    {% endif %}
    {%- endfor %}
    select cast(null as varchar) as column_name, cast(null as varchar) as value_text
    where false
),
{% endfor %}
failures as (
    {%- for data_set in novoed_data_sets() %}
    select '{{ data_set }}' as data_set, column_name, value_text from {{ data_set }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

final as (
    select
        data_set,
        column_name,
        value_text,
        count(*) as row_count
    from failures
    group by data_set, column_name, value_text
)

select * from final
