select
    date,
    time,
    zone,
    {{ printed_timestamp_with_offset('date || time || zone') }} as answer
from {{ listed('date', var('dates')) }}
cross join {{ listed('time', var('times')) }}
cross join {{ listed('zone', var('offsets')) }}
where {{ matches('time', '|[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?') }}
    and date like '____-%'
    and {{ matches('zone', white_space(as_class=true) ~ '*[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?') }}
