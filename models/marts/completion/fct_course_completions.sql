-- Grain: one row per course_id, learners or not.
-- Counts learner enrollments of status Enrolled, except withdrawn_learner_count. Median and quartile are continuous.
with courses as (
    select * from {{ ref('dim_courses') }}
),

learner_enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where is_learner
),

counted as (
    select
        course_id,
        count(*) filter (where is_enrolled_learner) as enrolled_learner_count,
        count(*) filter (where is_enrolled_learner and has_started) as started_learner_count,
        count(*) filter (where is_enrolled_learner and is_completed) as completed_learner_count,
        count(*) filter (where has_left) as withdrawn_learner_count,
        count(*) filter (where is_enrolled_learner and is_overdue) as overdue_learner_count,
        count(*) filter (where is_enrolled_learner and is_completed_on_time) as completed_on_time_learner_count,
        count(*) filter (where is_enrolled_learner and is_all_requirements_met) as requirements_met_learner_count,
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
        coalesce(counted.overdue_learner_count, 0) as overdue_learner_count,
        coalesce(counted.withdrawn_learner_count, 0) as withdrawn_learner_count,
        coalesce(counted.requirements_met_learner_count, 0) as requirements_met_learner_count,
        counted.completed_learner_count / cast(nullif(counted.enrolled_learner_count, 0) as double)
            as completion_ratio,
        counted.completed_on_time_learner_count / cast(nullif(counted.enrolled_learner_count, 0) as double)
            as on_time_completion_ratio,
        counted.mean_fulfillment_ratio,
        cast(counted.median_days_to_complete as double) as median_days_to_complete,
        cast(counted.p75_days_to_complete as double) as p75_days_to_complete
    from courses
    left join counted
        on courses.course_id = counted.course_id
)

select * from final
