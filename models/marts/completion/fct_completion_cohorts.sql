-- Grain: one row per course_id and cohort_month in which a learner enrolled, still there or not.
-- Follows each month's newcomers, whenever they complete. Left out: auditors, administrators and mentors, and
-- enrollments without a date, which belong to no cohort. Those who have left count only where a name says ever or
-- leavers.
with cohort_enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where is_learner and (is_enrolled_learner or has_left) and cohort_month is not null
),

counted as (
    select
        course_id,
        cohort_month,
        count(*) filter (where is_enrolled_learner) as enrolled_learner_count,
        count(*) filter (where is_enrolled_learner and is_completed) as completed_learner_count,
        count(*) as ever_enrolled_learner_count,
        count(*) filter (where is_completed) as ever_completed_learner_count
    from cohort_enrollments
    group by course_id, cohort_month
),

final as (
    select
        course_id,
        cohort_month,
        enrolled_learner_count,
        completed_learner_count,
        ever_enrolled_learner_count,
        ever_completed_learner_count,
        {{ ratio('completed_learner_count', 'enrolled_learner_count') }} as completion_ratio,
        {{ ratio('ever_completed_learner_count', 'ever_enrolled_learner_count') }} as completion_with_leavers_ratio
    from counted
)

select * from final
