-- Everybody at risk on a cohort's day completes, leaves or is censored that day or is at risk on its next day. The
-- shares never fall, completed and left together are at most everybody, and leaving never raises what completes.
with days as (
    select
        *,
        coalesce(lead(at_risk_learner_count) over cohort_days, 0) as next_at_risk_learner_count,
        lag(completed_by_day_ratio) over cohort_days as earlier_completed_by_day_ratio,
        lag(left_by_day_ratio) over cohort_days as earlier_left_by_day_ratio,
        lag(completed_if_none_left_ratio) over cohort_days as earlier_completed_if_none_left_ratio
    from {{ ref('fct_time_to_complete') }}
    window cohort_days as (partition by course_id, cohort_month order by day asc)
)

select
    course_id,
    cohort_month,
    day,
    at_risk_learner_count,
    completed_by_day_ratio,
    left_by_day_ratio,
    completed_if_none_left_ratio
from days
where at_risk_learner_count
    <> completed_learner_count + left_learner_count + censored_learner_count + next_at_risk_learner_count
    or least(completed_learner_count, left_learner_count, censored_learner_count) < 0
    or completed_by_day_ratio < earlier_completed_by_day_ratio
    or left_by_day_ratio < earlier_left_by_day_ratio
    or completed_if_none_left_ratio < earlier_completed_if_none_left_ratio
    -- rounded to 12 decimals each
    or completed_by_day_ratio + left_by_day_ratio > 1.0000000001
    or completed_by_day_ratio > completed_if_none_left_ratio + 0.0000000001
