-- Every record of a file landed or was rejected: raw._files says so, and raw._rejects and the tables hold as many.
{%- set selects = [] %}
{%- for data_set in novoed_dictionary() | list + ['user_attributes', 'course_attributes'] %}
    {%- set counted %}
    select
        '{{ data_set }}' as data_set,
        _source_file as source_file,
        count(*) as row_count
    from {{ source('raw', data_set) }}
    group by _source_file
    {%- endset %}
    {%- do selects.append(counted) %}
{%- endfor %}
with landed as (
    {{ union_all(selects) }}
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
