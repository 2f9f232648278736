select
    day,
    {{ month_of('cast(day as date)') }} as of_day,
    {{ month_of("cast(day || ' 23:59:59.999999' as timestamp)") }} as of_moment
from {{ listed('day', var('days')) }}
