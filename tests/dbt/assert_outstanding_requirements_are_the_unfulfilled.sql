-- fct_outstanding_requirements has every requirement that enrolled, not completed learners have not met, once: released
-- activities, and points and assignments where they are missing. Something is missing of each.
with enrollments as (
    select *
    from {{ ref('fct_enrollments') }}
    where is_enrolled_learner and not is_completed
),

unmet as (
    select
        fulfillments.enrollment_id,
        fulfillments.activity_key as requirement_key
    from {{ ref('fct_requirement_fulfillments') }} as fulfillments
    inner join enrollments
        on fulfillments.enrollment_id = enrollments.enrollment_id
    inner join {{ ref('dim_activities') }} as activities
        on fulfillments.activity_key = activities.activity_key
    where not fulfillments.is_fulfilled and activities.is_released

    union all

    select
        enrollment_id,
        'points' as requirement_key
    from enrollments
    where points_required <> 0 and points_received < points_required

    union all

    select
        enrollment_id,
        'assignments' as requirement_key
    from enrollments
    where assignments_required <> 0 and assignment_submitted_count < assignments_required
)

select
    coalesce(unmet.enrollment_id, outstanding.enrollment_id) as enrollment_id,
    coalesce(unmet.requirement_key, outstanding.requirement_key) as requirement_key,
    outstanding.submissions_missing,
    outstanding.points_missing,
    outstanding.assignments_missing
from unmet
full outer join {{ ref('fct_outstanding_requirements') }} as outstanding
    on unmet.enrollment_id = outstanding.enrollment_id
    and unmet.requirement_key = outstanding.requirement_key
where unmet.enrollment_id is null
    or outstanding.enrollment_id is null
    or outstanding.submissions_missing < 1
    or outstanding.to_watch_seconds < 0
    or outstanding.points_missing <= 0
    or outstanding.assignments_missing <= 0
    or (outstanding.requirement_kind = 'points') <> (outstanding.points_missing is not null)
    or (outstanding.requirement_kind = 'assignments') <> (outstanding.assignments_missing is not null)
