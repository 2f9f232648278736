-- A course has as many rows in fct_requirement_fulfillments as learner enrollments times required activities.
with learners as (
    select
        course_id,
        count(*) as learner_count
    from {{ ref('fct_enrollments') }}
    where is_learner
    group by course_id
),

fulfillments as (
    select
        course_id,
        count(*) as fulfillment_count
    from {{ ref('fct_requirement_fulfillments') }}
    group by course_id
)

select
    courses.course_id,
    learners.learner_count,
    courses.required_activity_count,
    fulfillments.fulfillment_count
from {{ ref('dim_courses') }} as courses
left join learners
    on courses.course_id = learners.course_id
left join fulfillments
    on courses.course_id = fulfillments.course_id
where coalesce(learners.learner_count, 0) * courses.required_activity_count
    <> coalesce(fulfillments.fulfillment_count, 0)
