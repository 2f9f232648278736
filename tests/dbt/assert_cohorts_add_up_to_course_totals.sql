-- Per course the cohorts hold every enrolled learner who has an enrollment date, and as many completions.
with dated as (
    select
        course_id,
        count(*) as enrolled_count,
        count(*) filter (where is_completed) as completed_count
    from {{ ref('fct_enrollments') }}
    where is_enrolled_learner and enrolled_at is not null
    group by course_id
),

undated as (
    select
        course_id,
        count(*) as enrolled_count,
        count(*) filter (where is_completed) as completed_count
    from {{ ref('fct_enrollments') }}
    where is_enrolled_learner and enrolled_at is null
    group by course_id
),

cohorts as (
    select
        course_id,
        sum(enrolled_learner_count) as enrolled_count,
        sum(completed_learner_count) as completed_count
    from {{ ref('fct_completion_cohorts') }}
    group by course_id
)

select
    completions.course_id,
    completions.enrolled_learner_count,
    cohorts.enrolled_count as cohort_enrolled_count,
    undated.enrolled_count as undated_enrolled_count,
    completions.completed_learner_count,
    cohorts.completed_count as cohort_completed_count
from {{ ref('fct_course_completions') }} as completions
left join dated
    on completions.course_id = dated.course_id
left join undated
    on completions.course_id = undated.course_id
left join cohorts
    on completions.course_id = cohorts.course_id
where coalesce(cohorts.enrolled_count, 0) <> coalesce(dated.enrolled_count, 0)
    or coalesce(cohorts.completed_count, 0) <> coalesce(dated.completed_count, 0)
    or coalesce(cohorts.enrolled_count, 0) + coalesce(undated.enrolled_count, 0) <> completions.enrolled_learner_count
    or coalesce(cohorts.completed_count, 0) + coalesce(undated.completed_count, 0)
    <> completions.completed_learner_count
