-- Grain: one row per course_id, cohort_month and day (since enrollment) on which a learner completed or left sight.
-- Kaplan and Meier's estimate: who has not completed counts as long as we saw them, so young cohorts do not look fast.
-- Left out: auditors, who do not aim to complete; learners without an enrollment date, enrolled after `as_of`, or
-- completed without a date.
with learner_enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where
        is_learner
        and (is_enrolled_learner or has_left)
        and enrolled_at <= {{ as_of() }}
        and not (is_completed and completed_at is null)
),

-- completed: at that date; withdrawn: unseen from their date on; else unseen from as_of on
observed as (
    select
        course_id,
        cohort_month,
        is_completed and completed_at <= {{ as_of() }} as is_observed_completion,
        least(
            case
                when is_completed then completed_at
                when is_enrolled_learner then {{ as_of() }}
                -- a withdrawal without a date was last seen when it was last active
                else coalesce(unenrolled_at, last_active_at, enrolled_at)
            end,
            {{ as_of() }}
        ) as seen_until,
        enrolled_at
    from learner_enrollments
),

durations as (
    select
        course_id,
        cohort_month,
        is_observed_completion,
        greatest({{ calendar_days('enrolled_at', 'seen_until') }}, 0) as day
    from observed
),

by_day as (
    select
        course_id,
        cohort_month,
        day,
        count(*) as seen_until_count,
        count(*) filter (where is_observed_completion) as completed_learner_count
    from durations
    group by course_id, cohort_month, day
),

at_risk as (
    select
        *,
        cast(sum(seen_until_count) over (
            partition by course_id, cohort_month
            order by day desc
        ) as bigint) as at_risk_learner_count
    from by_day
),

estimated as (
    select
        *,
        product(1 - completed_learner_count / cast(at_risk_learner_count as double)) over (
            partition by course_id, cohort_month
            order by day asc
        ) as survival_ratio
    from at_risk
),

final as (
    select
        course_id,
        cohort_month,
        day,
        at_risk_learner_count,
        completed_learner_count,
        seen_until_count - completed_learner_count as censored_learner_count,
        1 - survival_ratio as completion_ratio
    from estimated
)

select * from final
