-- Per course the four kinds of agreement add up to the enrolled learners, which are those of fct_course_completions.
select
    agreement.course_id,
    agreement.enrolled_learner_count,
    completions.enrolled_learner_count as course_enrolled_learner_count
from {{ ref('fct_course_completions') }} as completions
left join {{ ref('fct_completion_agreement') }} as agreement
    on completions.course_id = agreement.course_id
where agreement.enrolled_learner_count is distinct from completions.enrolled_learner_count
    or agreement.no_requirements_learner_count
    + agreement.consistent_learner_count
    + agreement.completed_without_requirements_learner_count
    + agreement.requirements_met_not_completed_learner_count
    <> agreement.enrolled_learner_count
