{{ config(materialized="table") }}
-- Grain: one row per user_id, activity_id, activity_type and outcome_id in scope: an attempt, with what its earlier
-- versions said (`earlier_…`; NULL where there are none). A table, as many models read it, and a long one: what a row
-- of it already says (`attempted_at`, `first_submitted_at`) is a macro, not a column.
-- Revising work, playing a video again or correcting points moves last_active_at, and can set achieved back; schema
-- raw keeps what earlier pages said. So what was reached counts from when it was first reached, whatever the deleted
-- flag of that version; what is taken back (the latest version is not submitted) is taken back.
-- Belongs to the course of its activity, or the one its own row names where the activity is out of scope.
with attempts as (
    select *
    from {{ ref('int_user_activities_scoped') }}
    where scope_reason = 'in_scope'
),

earlier_versions as (
    select *
    from {{ ref('stg_novoed__user_activities_versions') }}
    where has_key and not is_latest_version
),

activities as (
    select * from {{ ref('int_activities') }}
),

histories as (
    select
        earlier_versions.user_id,
        earlier_versions.activity_id,
        earlier_versions.activity_type,
        earlier_versions.outcome_id,
        max(earlier_versions.achieved) as earlier_achieved,
        bool_or({{ has_watched('earlier_versions.achieved', 'activities.target') }}) as has_watched,
        min({{ attempted_at('earlier_versions') }}) filter (where earlier_versions.submitted > 0)
            as earlier_submitted_at,
        min({{ attempted_at('earlier_versions') }}) filter (
            where {{ has_watched('earlier_versions.achieved', 'activities.target') }}
        ) as earlier_watched_at
    from earlier_versions
    inner join activities
        on earlier_versions.activity_id = activities.activity_id
        and earlier_versions.activity_type = activities.activity_type
    group by all
),

latest as (
    select
        attempts.*,
        coalesce(activities.course_id, attempts.course_id) as activity_course_id,
        coalesce(attempts.submitted > 0, false) as is_submitted,
        {{ has_watched('attempts.achieved', 'activities.target') }} as has_watched
    from attempts
    left join activities
        on attempts.activity_id = activities.activity_id
        and attempts.activity_type = activities.activity_type
),

final as (
    select
        latest.user_id,
        latest.activity_id,
        latest.activity_type,
        latest.outcome_id,
        latest.institution_id,
        latest.activity_course_id as course_id,
        latest.is_submitted,
        latest.has_watched or coalesce(histories.has_watched, false) as has_watched,
        latest.points_received,
        latest.achieved,
        latest.last_active_at,
        latest.updated_at,
        histories.earlier_achieved,
        histories.earlier_submitted_at,
        least(
            case when latest.has_watched then {{ attempted_at('latest') }} end, histories.earlier_watched_at
        ) as first_watched_at
    from latest
    left join histories
        on latest.user_id = histories.user_id
        and latest.activity_id = histories.activity_id
        and latest.activity_type = histories.activity_type
        and latest.outcome_id is not distinct from histories.outcome_id
)

select * from final
