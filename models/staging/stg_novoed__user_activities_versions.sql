-- Grain: one row per record of raw.user_activities with a key: every version of every attempt, cast once.
-- The marts need earlier versions, too: a fulfilled requirement stays as it was first. Those that are not the latest are
-- few, so what they say is cheap to ask.
with versions as (
    {{ stage_versions('user_activities') | indent }}
),

final as (
    select
        *,
        row_number() over (
            partition by {{ novoed_dictionary()['user_activities'].key | join(', ') }}
            order by {{ latest_first() }}
        ) = 1 as is_latest_version
    from versions
)

select * from final
