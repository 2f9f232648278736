with cases as (
    select
        moment,
        cast(day_count as bigint) as day_count
    from {{ listed('moment', var('timestamps')) }}
    cross join {{ listed('day_count', [
        '0', '1', '-1', '29', '366', '-366', '2147483647', '2147483648', '-2147483649', '9223372036854775807', none,
    ]) }}
)

select
    moment,
    day_count,
    {{ add_days('cast(moment as timestamp)', 'day_count') }} as answer
from cases
-- a year of five digits has no text that both print alike
where moment not like '0001%' and moment not like '9999%' or day_count in (0, 2147483648)
