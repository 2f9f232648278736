-- Everybody at risk on a cohort's day completes or leaves sight that day or is at risk on its next day, and the share
-- completed never falls.
with days as (
    select
        *,
        coalesce(lead(at_risk_learner_count) over cohort_days, 0) as next_at_risk_learner_count,
        lag(completion_ratio) over cohort_days as earlier_completion_ratio
    from {{ ref('fct_time_to_complete') }}
    window cohort_days as (partition by course_id, cohort_month order by day asc)
)

select
    course_id,
    cohort_month,
    day,
    at_risk_learner_count,
    completion_ratio
from days
where at_risk_learner_count <> completed_learner_count + censored_learner_count + next_at_risk_learner_count
    or least(completed_learner_count, censored_learner_count) < 0
    -- a product of fractions is rounded
    or completion_ratio < earlier_completion_ratio - 0.000000001
