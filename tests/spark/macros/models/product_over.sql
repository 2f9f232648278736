with cases as (
    select
        of_group,
        cast(day as bigint) as day,
        case
            when of_group = 'with zero' and day = '3' then 0
            when of_group = 'with infinity' and day = '3' then cast('infinity' as double)
            when of_group = 'unknown' or of_group = 'with gaps' and day in ('1', '4') then null
            else cast(day as double) / 7
        end as factor
    from {{ listed('of_group', ['all', 'with zero', 'with infinity', 'with gaps', 'unknown']) }}
    cross join {{ listed('day', ['1', '2', '3', '4', '11']) }}
)

select
    of_group,
    day,
    {{ product_over('factor', 'days_so_far') }} as so_far,
    {{ product_over('factor', 'earlier_days') }} as earlier
from cases
window
    earlier_days as (
        partition by of_group
        order by day asc
        rows between unbounded preceding and 1 preceding
    ),
    days_so_far as (
        partition by of_group
        order by day asc
        rows between unbounded preceding and current row
    )
