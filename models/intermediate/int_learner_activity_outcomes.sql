{{ config(materialized="table") }}
-- Grain: one row per user_id, institution_id, activity_id and activity_type with at least one attempt in scope.
-- The attempts of a learner at an activity, counted and dated: the one place where attempts become outcomes. Attempts
-- belong to the course of the activity, whatever course_id the attempt's own row says.
with activities as (
    select * from {{ ref('int_activities') }}
),

attempts as (
    select *
    from {{ ref('int_user_activities_scoped') }}
    where scope_reason = 'in_scope'
),

dated_attempts as (
    select
        attempts.user_id,
        attempts.institution_id,
        attempts.activity_id,
        attempts.activity_type,
        activities.course_id,
        activities.fulfillment_rule,
        activities.points_rule,
        activities.target,
        activities.required_submission_count,
        attempts.points_received,
        attempts.achieved,
        coalesce(attempts.submitted > 0, false) as is_submitted,
        coalesce(
            activities.target > 0
            and {{ exact('attempts.achieved') }}
            >= {{ watch_threshold() }} * {{ exact('activities.target') }},
            false
        ) as is_watched,
        {{ attempted_at('attempts') }} as attempted_at
    from attempts
    inner join activities
        on attempts.activity_id = activities.activity_id
        and attempts.activity_type = activities.activity_type
),

-- the submission that reaches a feedback activity's target, in order of time
target_submissions as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        attempted_at
    from dated_attempts
    where fulfillment_rule = 'submission_target' and is_submitted
    qualify row_number() over (
        partition by user_id, institution_id, activity_id, activity_type
        order by attempted_at asc nulls last
    ) = required_submission_count
),

outcomes as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        course_id,
        points_rule,
        count(*) as attempt_count,
        count(*) filter (where is_submitted) as submitted_attempt_count,
        count(*) filter (where is_watched) as watched_attempt_count,
        min(attempted_at) filter (where is_submitted) as first_submitted_at,
        min(attempted_at) filter (where is_submitted or is_watched) as first_submitted_or_watched_at,
        max(achieved) as greatest_achieved,
        max({{ exact('points_received') }}) as greatest_points_received,
        sum({{ exact('points_received') }}) as total_points_received
    from dated_attempts
    group by all
),

final as (
    select
        outcomes.user_id,
        outcomes.institution_id,
        outcomes.activity_id,
        outcomes.activity_type,
        outcomes.course_id,
        outcomes.attempt_count,
        outcomes.submitted_attempt_count,
        outcomes.watched_attempt_count,
        outcomes.first_submitted_at,
        outcomes.first_submitted_or_watched_at,
        target_submissions.attempted_at as target_reached_at,
        outcomes.greatest_achieved,
        case
            when outcomes.points_rule = 'sum' then outcomes.total_points_received
            else outcomes.greatest_points_received
        end as points_received
    from outcomes
    left join target_submissions
        on outcomes.user_id = target_submissions.user_id
        and outcomes.institution_id = target_submissions.institution_id
        and outcomes.activity_id = target_submissions.activity_id
        and outcomes.activity_type = target_submissions.activity_type
)

select * from final
