-- Grain: one row per data_set, column_name and value_text: a value of schema raw that staging could not read and made
-- NULL, counted over all versions of its records, as staging wrote it down. Healthy when empty. Text and enumerations
-- take any value.
{%- set selects = [] %}
{%- for data_set in novoed_dictionary() %}
    {%- set unread %}
    select
        '{{ data_set }}' as data_set,
        cell.column_name,
        cell.value_text,
        cell.type in ('timestamp', 'closing_timestamp') as is_of_a_date
    from (
        select {{ each_of('unreadable_cells') }} as cell
        from {{ ref('stg_novoed__' ~ data_set ~ '_versions') }}
        where unreadable_cells is not null
    ) as unreadable
    {%- endset %}
    {%- do selects.append(unread) %}
{%- endfor %}
with failures as (
    {{ union_all(selects) }}
),

counted as (
    select
        data_set,
        column_name,
        value_text,
        is_of_a_date,
        count(*) as row_count
    from failures
    group by data_set, column_name, value_text, is_of_a_date
),

final as (
    select
        data_set,
        column_name,
        value_text,
        is_of_a_date and {{ to_timestamp('value_text', any_year=true) }} is not null as is_placeholder_date,
        row_count
    from counted
)

select * from final
