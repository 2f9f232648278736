-- Grain: one row per course_id, learners or not.
-- Counts learner enrollments of status Enrolled; those that have left only where a name says ever, leavers, withdrawn.
-- Who is enrolled twice counts twice. Median and quartile are continuous.
with courses as (
    select * from {{ ref('dim_courses') }}
),

learner_enrollments as (
    select
        *,
        is_enrolled_learner or has_left as has_ever_enrolled
    from {{ ref('fct_enrollments') }}
    where is_learner
),

counted as (
    select
        course_id,
        count(*) filter (where is_enrolled_learner) as enrolled_learner_count,
        count(*) filter (where is_enrolled_learner and has_started) as started_learner_count,
        count(*) filter (where is_enrolled_learner and is_completed) as completed_learner_count,
        count(*) filter (where is_enrolled_learner and is_completed_on_time) as completed_on_time_learner_count,
        count(*) filter (where is_due) as due_learner_count,
        count(*) filter (where is_due and is_completed_on_time) as due_and_on_time_learner_count,
        count(*) filter (where is_overdue) as overdue_learner_count,
        count(*) filter (where is_at_risk) as at_risk_learner_count,
        count(*) filter (where is_enrolled_learner and is_all_requirements_met) as requirements_met_learner_count,
        count(*) filter (where has_left) as withdrawn_learner_count,
        count(*) filter (where has_ever_enrolled) as ever_enrolled_learner_count,
        count(*) filter (where has_ever_enrolled and is_completed) as ever_completed_learner_count,
        percentile_cont(0.5) within group (order by days_to_complete) filter (where is_enrolled_learner)
            as median_days_to_complete,
        percentile_cont(0.75) within group (order by days_to_complete) filter (where is_enrolled_learner)
            as p75_days_to_complete,
        -- as decimals, so that the order of adding does not show in the last digit
        avg(cast(fulfillment_ratio as decimal(18, 17))) filter (where is_enrolled_learner) as mean_fulfillment_ratio
    from learner_enrollments
    group by course_id
),

final as (
    select
        courses.course_id,
        coalesce(counted.enrolled_learner_count, 0) as enrolled_learner_count,
        coalesce(counted.started_learner_count, 0) as started_learner_count,
        coalesce(counted.completed_learner_count, 0) as completed_learner_count,
        coalesce(counted.completed_on_time_learner_count, 0) as completed_on_time_learner_count,
        coalesce(counted.due_learner_count, 0) as due_learner_count,
        coalesce(counted.overdue_learner_count, 0) as overdue_learner_count,
        coalesce(counted.at_risk_learner_count, 0) as at_risk_learner_count,
        coalesce(counted.requirements_met_learner_count, 0) as requirements_met_learner_count,
        coalesce(counted.withdrawn_learner_count, 0) as withdrawn_learner_count,
        coalesce(counted.ever_enrolled_learner_count, 0) as ever_enrolled_learner_count,
        coalesce(counted.ever_completed_learner_count, 0) as ever_completed_learner_count,
        {{ ratio('counted.completed_learner_count', 'counted.enrolled_learner_count') }} as completion_ratio,
        {{ ratio('counted.ever_completed_learner_count', 'counted.ever_enrolled_learner_count') }}
            as completion_with_leavers_ratio,
        {{ ratio('counted.withdrawn_learner_count', 'counted.ever_enrolled_learner_count') }} as withdrawal_ratio,
        {{ ratio('counted.due_and_on_time_learner_count', 'counted.due_learner_count') }} as on_time_completion_ratio,
        cast(counted.mean_fulfillment_ratio as double) as mean_fulfillment_ratio,
        cast(counted.median_days_to_complete as double) as median_days_to_complete,
        cast(counted.p75_days_to_complete as double) as p75_days_to_complete
    from courses
    left join counted
        on courses.course_id = counted.course_id
)

select * from final
