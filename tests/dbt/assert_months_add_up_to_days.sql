-- The events of fct_course_monthly_activity and of fct_monthly_activity are those of fct_daily_activity added up, month
-- by month, and no more people are active than courses have active learners.
with days as (
    select
        {{ month_of('activity_on') }} as activity_month,
        sum(enrollment_count) as enrollment_count,
        sum(unenrollment_count) as unenrollment_count,
        sum(completion_count) as completion_count,
        sum(submission_count) as submission_count,
        sum(page_first_view_count) as page_first_view_count
    from {{ ref('fct_daily_activity') }}
    group by {{ month_of('activity_on') }}
),

course_months as (
    select
        activity_month,
        sum(enrollment_count) as enrollment_count,
        sum(unenrollment_count) as unenrollment_count,
        sum(completion_count) as completion_count,
        sum(submission_count) as submission_count,
        sum(page_first_view_count) as page_first_view_count,
        sum(active_learner_count) as active_count
    from {{ ref('fct_course_monthly_activity') }}
    group by activity_month
),

months as (
    select
        activity_month,
        sum(enrollment_count) as enrollment_count,
        sum(unenrollment_count) as unenrollment_count,
        sum(completion_count) as completion_count,
        sum(submission_count) as submission_count,
        sum(page_first_view_count) as page_first_view_count,
        sum(active_learner_count) as active_count
    from {{ ref('fct_monthly_activity') }}
    group by activity_month
),

differences as (
    (select * from days except select * {{ without(['active_count']) }} from course_months)

    union all

    (select * {{ without(['active_count']) }} from course_months except select * from days)

    union all

    (select * from days except select * {{ without(['active_count']) }} from months)

    union all

    (select * {{ without(['active_count']) }} from months except select * from days)
)

select activity_month
from differences

union all

select months.activity_month
from months
inner join course_months
    on months.activity_month = course_months.activity_month
where months.active_count > course_months.active_count
