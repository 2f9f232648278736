-- fct_course_completions has every course once, and its counts and those of the cohorts add up to fct_enrollments.
with learner_enrollments as (
    select
        count(*) filter (where is_enrolled_learner) as enrolled_count,
        count(*) filter (where is_enrolled_learner and is_completed) as completed_count,
        count(*) filter (where is_due) as due_count,
        count(*) filter (where is_at_risk) as at_risk_count,
        count(*) filter (where has_left) as withdrawn_count,
        count(*) filter (where is_enrolled_learner and cohort_month is not null) as cohort_count,
        count(*) filter (where (is_enrolled_learner or has_left) and cohort_month is not null) as ever_cohort_count
    from {{ ref('fct_enrollments') }}
    where is_learner
),

completions as (
    select
        count(*) as course_count,
        coalesce(sum(enrolled_learner_count), 0) as enrolled_count,
        coalesce(sum(completed_learner_count), 0) as completed_count,
        coalesce(sum(due_learner_count), 0) as due_count,
        coalesce(sum(at_risk_learner_count), 0) as at_risk_count,
        coalesce(sum(withdrawn_learner_count), 0) as withdrawn_count,
        coalesce(sum(ever_enrolled_learner_count), 0) as ever_enrolled_count
    from {{ ref('fct_course_completions') }}
),

cohorts as (
    select
        coalesce(sum(enrolled_learner_count), 0) as cohort_count,
        coalesce(sum(ever_enrolled_learner_count), 0) as ever_cohort_count
    from {{ ref('fct_completion_cohorts') }}
),

courses as (
    select count(*) as course_count
    from {{ ref('dim_courses') }}
)

select completions.*
from completions
cross join learner_enrollments
cross join cohorts
cross join courses
where completions.course_count <> courses.course_count
    or completions.enrolled_count <> learner_enrollments.enrolled_count
    or completions.completed_count <> learner_enrollments.completed_count
    or completions.due_count <> learner_enrollments.due_count
    or completions.at_risk_count <> learner_enrollments.at_risk_count
    or completions.withdrawn_count <> learner_enrollments.withdrawn_count
    or completions.ever_enrolled_count <> learner_enrollments.enrolled_count + learner_enrollments.withdrawn_count
    or cohorts.cohort_count <> learner_enrollments.cohort_count
    or cohorts.ever_cohort_count <> learner_enrollments.ever_cohort_count
