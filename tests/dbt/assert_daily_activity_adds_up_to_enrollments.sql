-- Per course the days of fct_daily_activity hold every learner's dated enrollment, unenrollment and completion.
with learners as (
    select
        course_id,
        count(enrolled_at) as enrollment_count,
        count(unenrolled_at) as unenrollment_count,
        count(completed_at) filter (where is_completed) as completion_count
    from {{ ref('fct_enrollments') }}
    where is_learner
    group by course_id
),

days as (
    select
        course_id,
        sum(enrollment_count) as enrollment_count,
        sum(unenrollment_count) as unenrollment_count,
        sum(completion_count) as completion_count
    from {{ ref('fct_daily_activity') }}
    group by course_id
)

select
    coalesce(learners.course_id, days.course_id) as course_id,
    learners.enrollment_count,
    days.enrollment_count as daily_enrollment_count,
    learners.unenrollment_count,
    days.unenrollment_count as daily_unenrollment_count,
    learners.completion_count,
    days.completion_count as daily_completion_count
from learners
full outer join days
    on learners.course_id = days.course_id
where coalesce(learners.enrollment_count, 0) <> coalesce(days.enrollment_count, 0)
    or coalesce(learners.unenrollment_count, 0) <> coalesce(days.unenrollment_count, 0)
    or coalesce(learners.completion_count, 0) <> coalesce(days.completion_count, 0)
