-- Grain: one row per day from 2010 to 2040: older than the platform, and long enough not to end.
-- MetricFlow counts time along it.
with final as (
    {{ calendar_days_between('2010-01-01', '2040-12-31') }}
)

select calendar_day
from final
