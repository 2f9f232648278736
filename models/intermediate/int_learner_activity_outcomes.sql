{{ config(materialized="table") }}
-- Grain: one row per user_id, institution_id, activity_id and activity_type in scope with at least one attempt.
-- The attempts of a learner at an activity, counted and dated: the one place where attempts become outcomes. A table,
-- as requirements and points both read it.
-- Left out: attempts at activities out of scope.
with activities as (
    select * from {{ ref('int_activities') }}
),

attempts as (
    select * from {{ ref('int_attempts') }}
),

-- not by the CTE above: DuckDB writes aside what is read twice
feedback_submissions as (
    select
        attempts.*,
        {{ first_submitted_at('attempts') }} as first_submitted_at,
        activities.required_submission_count
    from {{ ref('int_attempts') }} as attempts
    inner join activities
        on attempts.activity_id = activities.activity_id
        and attempts.activity_type = activities.activity_type
    where activities.fulfillment_rule = 'submission_target' and attempts.is_submitted
),

-- the submission that reaches a feedback activity's target, in order of time
target_submissions as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        first_submitted_at as target_reached_at
    from feedback_submissions
    qualify row_number() over (
        partition by user_id, institution_id, activity_id, activity_type
        order by first_submitted_at asc nulls last
    ) = required_submission_count
),

outcomes as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        count(*) as attempt_count,
        count(*) filter (where is_submitted) as submitted_attempt_count,
        count(*) filter (where has_watched) as watched_attempt_count,
        min({{ first_submitted_at('attempts') }}) as first_submitted_at,
        min(first_watched_at) as first_watched_at,
        max(greatest(achieved, earlier_achieved)) as greatest_achieved,
        max(points_received) as greatest_points_received,
        cast(sum({{ exact('points_received') }}) as double) as total_points_received
    from attempts
    group by user_id, institution_id, activity_id, activity_type
),

final as (
    select
        outcomes.user_id,
        outcomes.institution_id,
        outcomes.activity_id,
        outcomes.activity_type,
        activities.course_id,
        outcomes.attempt_count,
        outcomes.submitted_attempt_count,
        outcomes.watched_attempt_count,
        outcomes.first_submitted_at,
        outcomes.first_watched_at,
        target_submissions.target_reached_at,
        outcomes.greatest_achieved,
        case
            when activities.points_rule = 'sum' then outcomes.total_points_received
            else outcomes.greatest_points_received
        end as points_received
    from outcomes
    inner join activities
        on outcomes.activity_id = activities.activity_id
        and outcomes.activity_type = activities.activity_type
    left join target_submissions
        on outcomes.user_id = target_submissions.user_id
        and outcomes.institution_id = target_submissions.institution_id
        and outcomes.activity_id = target_submissions.activity_id
        and outcomes.activity_type = target_submissions.activity_type
)

select * from final
