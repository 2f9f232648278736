-- Grain: one row per data_set, loaded or not: how much of it there is, and until when it is known.
{%- set counts = [] %}
{%- for data_set in novoed_dictionary() %}
    {%- set counted %}
    select
        '{{ data_set }}' as data_set,
        count(*) as row_count,
        max(updated_at) as newest_updated_at
    from {{ ref('stg_novoed__' ~ data_set) }}
    {%- endset %}
    {%- do counts.append(counted) %}
{%- endfor %}
with staged as (
    {{ union_all(counts) }}
),

files as (
    select
        data_set,
        max(loaded_at) as newest_loaded_at,
        count(*) as file_count,
        sum(rejected_row_count) as rejected_record_count
    from {{ source('raw', '_files') }}
    group by data_set
),

covered as (
    select
        data_set,
        max(updated_until) as covered_until
    from {{ source('raw', '_extraction_intervals') }}
    where kind = 'covered'
    group by data_set
),

final as (
    select
        staged.data_set,
        staged.row_count,
        staged.newest_updated_at,
        files.newest_loaded_at,
        covered.covered_until,
        coalesce(files.file_count, 0) as file_count,
        cast(coalesce(files.rejected_record_count, 0) as bigint) as rejected_record_count
    from staged
    left join files
        on staged.data_set = files.data_set
    left join covered
        on staged.data_set = covered.data_set
)

select * from final
