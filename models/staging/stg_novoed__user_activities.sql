{{ config(materialized="view") }}
-- Grain: one row per user_id, activity_id, activity_type and outcome_id: an attempt in its latest version.
with final as (
    select * exclude (is_latest_version)
    from {{ ref('stg_novoed__user_activities_versions') }}
    where is_latest_version
)

select * from final
