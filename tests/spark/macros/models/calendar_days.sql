select
    first,
    last,
    {{ calendar_days('cast(first as timestamp)', 'cast(last as timestamp)') }} as answer
from {{ listed('first', var('timestamps')) }}
cross join {{ listed('last', var('timestamps')) }}
