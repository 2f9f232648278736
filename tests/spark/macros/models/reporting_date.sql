select
    moment,
    {{ reporting_date('cast(moment as timestamp)') }} as answer
from {{ listed('moment', var('timestamps')) }}
