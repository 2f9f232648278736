-- Grain: one row per data_set and interval (updated_after, updated_until) of the API, fetched or still missing.
-- Left out of nothing: it is the loader's own record, as of the last load. Empty where nothing was extracted.
with intervals as (
    select * from {{ source('raw', '_extraction_intervals') }}
),

final as (
    select
        data_set,
        updated_after,
        updated_until,
        kind,
        stop_reason,
        call_count,
        failed_call_count,
        row_count,
        byte_count,
        smallest_tie_count,
        smallest_updated_at,
        largest_updated_at,
        last_requested_at
    from intervals
)

select * from final
