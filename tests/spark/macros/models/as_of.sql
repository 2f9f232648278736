select
    {{ as_of() }} as answer,
    {{ calendar_days("cast('2024-06-30 23:59:59.999999' as timestamp)", as_of()) }} as day_count,
    {{ is_month_complete("date '2024-06-01'") }} as is_june_complete,
    {{ is_month_complete("date '2024-05-01'") }} as is_may_complete
