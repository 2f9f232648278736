select
    date,
    time,
    {{ printed_timestamp('date || time') }} as answer
from {{ listed('date', var('dates')) }}
cross join {{ listed('time', var('times')) }}
where {{ matches('time', '|[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z| UTC)?') }}
    and date like '____-%'
