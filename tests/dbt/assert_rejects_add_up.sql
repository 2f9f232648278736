-- Every record of a file landed or was rejected: raw._files says so, and raw._rejects and the tables hold as many.
with
{%- for data_set in novoed_data_sets() %}
{{ data_set }}_landed as (
    select '{{ data_set }}' as data_set, _source_file as source_file, count(*) as row_count
    from {{ source('raw', data_set) }}
    group by _source_file
),
{% endfor %}
landed as (
    {%- for data_set in novoed_data_sets() %}
    select data_set, source_file, row_count from {{ data_set }}_landed
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

rejected as (
    select
        data_set,
        source_file,
        count(*) as row_count
    from {{ source('raw', '_rejects') }}
    group by data_set, source_file
),

files as (
    select * from {{ source('raw', '_files') }}
)

select
    files.data_set,
    files.source_file,
    files.row_count,
    files.landed_row_count,
    files.rejected_row_count
from files
left join landed
    on files.data_set = landed.data_set
    and files.source_file = landed.source_file
left join rejected
    on files.data_set = rejected.data_set
    and files.source_file = rejected.source_file
where files.row_count is distinct from files.landed_row_count + files.rejected_row_count
    or files.landed_row_count is distinct from coalesce(landed.row_count, 0)
    or files.rejected_row_count is distinct from coalesce(rejected.row_count, 0)
