-- At risk is exactly who has a reason, and nobody whom nobody can help: completed, gone, or past the end of the course
-- or of their access. Overdue, in contrast, is always past the own due date, so nobody is both.
select
    enrollment_id,
    learner_status,
    at_risk_reason,
    is_at_risk,
    is_overdue,
    is_open
from {{ ref('fct_enrollments') }}
where is_at_risk <> (at_risk_reason is not null)
    or (is_at_risk and (not is_enrolled_learner or is_completed or not is_open or is_all_requirements_met))
    or (is_at_risk and is_overdue)
    or (is_overdue and not is_due)
    or (is_open and not is_course_open)
