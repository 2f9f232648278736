-- Per data set the reasons of audit.row_accounting add up to the rows in schema raw, and no reason counts below zero.
{%- set selects = [] %}
{%- for data_set in novoed_dictionary() | list + ['user_attributes', 'course_attributes'] %}
    {%- set counted %}
    select
        '{{ data_set }}' as data_set,
        count(*) as row_count
    from {{ source('raw', data_set) }}
    {%- endset %}
    {%- do selects.append(counted) %}
{%- endfor %}
with raw_rows as (
    {{ union_all(selects) }}
),

accounted as (
    select
        data_set,
        sum(row_count) as row_count,
        min(row_count) as least_count
    from {{ ref('row_accounting') }}
    group by data_set
)

select
    raw_rows.data_set,
    raw_rows.row_count as raw_row_count,
    accounted.row_count as accounted_row_count
from raw_rows
left join accounted
    on raw_rows.data_set = accounted.data_set
where accounted.row_count is distinct from raw_rows.row_count
    or accounted.least_count < 0
