-- `missed` and `overdue` together are exactly is_overdue, the late ones exactly is_late, and each rests on a date.
select
    enrollment_id,
    activity_key,
    requirement_status,
    is_overdue,
    is_late,
    is_on_time
from {{ ref('fct_requirement_fulfillments') }}
where is_overdue <> (requirement_status in ('missed', 'overdue'))
    or is_late <> (requirement_status = 'fulfilled_late')
    or is_fulfilled <> (requirement_status in ('fulfilled_late', 'fulfilled'))
    or (is_on_time and is_late)
    or ((is_on_time or is_late or is_overdue) and deadline_at is null)
    or is_overdue <> (days_overdue is not null)
