-- Grain: one row per activity_id and activity_type that is required and tracked: for how many enrolled learners it is
-- still open, and for how many it is the only thing that is.
-- Counts rows of fct_requirement_fulfillments of enrollments of status Enrolled, so who is enrolled twice counts twice.
-- An activity that is not released is expected of nobody, and stands in nobody's way.
with activities as (
    select *
    from {{ ref('int_activities') }}
    where is_counted_requirement
),

enrolled_learners as (
    select *
    from {{ ref('int_enrollments') }}
    where is_enrolled_learner
),

fulfillments as (
    select * from {{ ref('fct_requirement_fulfillments') }}
),

expected as (
    select
        fulfillments.activity_id,
        fulfillments.activity_type,
        fulfillments.is_fulfilled,
        fulfillments.is_late,
        fulfillments.is_overdue,
        not fulfillments.is_fulfilled
        and not enrolled_learners.is_completed
        and sum(case when fulfillments.is_fulfilled then 0 else 1 end)
            over (partition by fulfillments.enrollment_id) = 1 as is_sole_open
    from fulfillments
    inner join enrolled_learners
        on fulfillments.enrollment_id = enrolled_learners.enrollment_id
    inner join activities
        on fulfillments.activity_id = activities.activity_id
        and fulfillments.activity_type = activities.activity_type
    where activities.is_released
),

counted as (
    select
        activity_id,
        activity_type,
        count(*) as expected_learner_count,
        count(*) filter (where is_fulfilled) as fulfilled_learner_count,
        count(*) filter (where is_sole_open) as sole_open_learner_count,
        count(*) filter (where is_overdue) as overdue_learner_count,
        count(*) filter (where is_late) as late_learner_count
    from expected
    group by activity_id, activity_type
),

final as (
    select
        activities.activity_id,
        activities.activity_type,
        {{ activity_key('activities') }} as activity_key,
        activities.course_id,
        coalesce(counted.expected_learner_count, 0) as expected_learner_count,
        coalesce(counted.fulfilled_learner_count, 0) as fulfilled_learner_count,
        coalesce(counted.expected_learner_count - counted.fulfilled_learner_count, 0) as open_learner_count,
        coalesce(counted.sole_open_learner_count, 0) as sole_open_learner_count,
        coalesce(counted.overdue_learner_count, 0) as overdue_learner_count,
        coalesce(counted.late_learner_count, 0) as late_learner_count,
        {{ ratio('counted.fulfilled_learner_count', 'counted.expected_learner_count') }} as fulfillment_ratio
    from activities
    left join counted
        on activities.activity_id = counted.activity_id
        and activities.activity_type = counted.activity_type
)

select * from final
