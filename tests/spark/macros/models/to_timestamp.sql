select
    date,
    time,
    zone,
    {{ to_timestamp('date || time || zone') }} as answer,
    {{ to_timestamp('date || time || zone', is_closing=true) }} as closing,
    {{ to_timestamp('date || time || zone', any_year=true) }} as of_any_year
from {{ listed('date', var('dates')) }}
cross join {{ listed('time', var('times')) }}
cross join {{ listed('zone', var('offsets')) }}
