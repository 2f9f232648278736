-- Grain: one row per course_id and cohort_month with an enrolled learner.
-- Follows each month's newcomers, whenever they complete. Left out: enrollments of another status than Enrolled, those
-- of administrators and mentors, and those without a date, which belong to no cohort.
with cohort_enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where is_enrolled_learner and cohort_month is not null
),

counted as (
    select
        course_id,
        cohort_month,
        count(*) as enrolled_learner_count,
        count(*) filter (where is_completed) as completed_learner_count
    from cohort_enrollments
    group by course_id, cohort_month
),

final as (
    select
        course_id,
        cohort_month,
        enrolled_learner_count,
        completed_learner_count,
        completed_learner_count / cast(enrolled_learner_count as double) as completion_ratio
    from counted
)

select * from final
