-- fct_outstanding_requirements has every unfulfilled requirement of learners who are enrolled and not completed, once,
-- and something is missing of each.
with unfulfilled as (
    select
        fulfillments.enrollment_id,
        fulfillments.activity_id,
        fulfillments.activity_type
    from {{ ref('fct_requirement_fulfillments') }} as fulfillments
    inner join {{ ref('fct_enrollments') }} as enrollments
        on fulfillments.enrollment_id = enrollments.enrollment_id
    where not fulfillments.is_fulfilled
        and fulfillments.requirement_status <> 'not_released'
        and enrollments.is_enrolled_learner
        and not enrollments.is_completed
)

select
    coalesce(unfulfilled.enrollment_id, outstanding.enrollment_id) as enrollment_id,
    coalesce(unfulfilled.activity_id, outstanding.activity_id) as activity_id,
    coalesce(unfulfilled.activity_type, outstanding.activity_type) as activity_type,
    outstanding.submissions_missing
from unfulfilled
full outer join {{ ref('fct_outstanding_requirements') }} as outstanding
    on unfulfilled.enrollment_id = outstanding.enrollment_id
    and unfulfilled.activity_id = outstanding.activity_id
    and unfulfilled.activity_type = outstanding.activity_type
where unfulfilled.enrollment_id is null
    or outstanding.enrollment_id is null
    or outstanding.submissions_missing < 1
    or outstanding.to_watch_seconds < 0
    or outstanding.points_missing < 0
    or outstanding.assignments_missing < 0
