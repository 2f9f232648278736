-- no macro of ours: both engines' own, as the marts call it
with cases as (
    select
        of_group,
        cast(day_count as bigint) as day_count,
        of_group <> 'nobody' as is_counted
    from {{ listed('of_group', ['all', 'few', 'one', 'nobody', 'unknown']) }}
    cross join {{ listed('day_count', ['0', '0', '1', '3', '3', '7', '-2', '9007199254740993', none]) }}
    where of_group in ('all', 'nobody')
        or of_group = 'few' and day_count in ('1', '3')
        or of_group = 'one' and day_count = '7'
        or of_group = 'unknown' and day_count is null
)

select
    of_group,
    cast(percentile_cont(0.5) within group (order by day_count) filter (where is_counted) as double) as median,
    cast(percentile_cont(0.75) within group (order by day_count) filter (where is_counted) as double) as p75
from cases
group by of_group
