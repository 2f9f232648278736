-- Grain: one row per enrollment_id with a requirement: its fulfillments, counted.
with fulfillments as (
    select * from {{ ref('fct_requirement_fulfillments') }}
),

final as (
    select
        enrollment_id,
        count(*) as required_activity_count,
        count(*) filter (where is_fulfilled) as fulfilled_activity_count,
        count(*) filter (where is_late) as fulfilled_late_activity_count,
        count(*) filter (where is_overdue) as overdue_activity_count
    from fulfillments
    group by enrollment_id
)

select * from final
