-- Grain: one row per course_id, learners or not: does the platform's completion agree with the requirements?
-- Counts learner enrollments of status Enrolled.
with courses as (
    select * from {{ ref('dim_courses') }}
),

learner_enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where is_enrolled_learner
),

counted as (
    select
        course_id,
        count(*) as enrolled_learner_count,
        count(*) filter (where has_requirements) as with_requirements_count,
        count(*) filter (where has_requirements and is_completed) as completed_with_requirements_count,
        count(*) filter (where completion_agreement = 'no_requirements') as no_requirements_learner_count,
        count(*) filter (where completion_agreement = 'consistent') as consistent_learner_count,
        count(*) filter (where completion_agreement = 'completed_without_requirements')
            as completed_without_requirements_learner_count,
        count(*) filter (where completion_agreement = 'requirements_met_not_completed')
            as requirements_met_not_completed_learner_count
    from learner_enrollments
    group by course_id
),

final as (
    select
        courses.course_id,
        coalesce(counted.enrolled_learner_count, 0) as enrolled_learner_count,
        coalesce(counted.no_requirements_learner_count, 0) as no_requirements_learner_count,
        coalesce(counted.consistent_learner_count, 0) as consistent_learner_count,
        coalesce(counted.completed_without_requirements_learner_count, 0)
            as completed_without_requirements_learner_count,
        coalesce(counted.requirements_met_not_completed_learner_count, 0)
            as requirements_met_not_completed_learner_count,
        {{ ratio(
            '(counted.completed_without_requirements_learner_count
            + counted.requirements_met_not_completed_learner_count)',
            'counted.with_requirements_count',
        ) }} as disagreement_ratio,
        {{ ratio(
            'counted.completed_without_requirements_learner_count', 'counted.completed_with_requirements_count',
        ) }} as completed_without_requirements_ratio
    from courses
    left join counted
        on courses.course_id = counted.course_id
)

select * from final
