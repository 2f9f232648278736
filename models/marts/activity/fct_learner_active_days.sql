-- Grain: one row per user_id, institution_id, course_id and active_on: a day on which a learner had an attempt or a
-- page view in a course. Counts of people over several days or courses do not add up: count them here.
with learners as (
    select distinct
        user_id,
        institution_id,
        course_id
    from {{ ref('fct_enrollments') }}
    where is_learner
),

signs_of_life as (
    select
        user_id,
        institution_id,
        course_id,
        {{ reporting_date(attempted_at('attempts')) }} as active_on
    from {{ ref('fct_activity_attempts') }} as attempts

    union all

    select
        user_id,
        institution_id,
        course_id,
        {{ reporting_date('first_viewed_at') }} as active_on
    from {{ ref('fct_lecture_page_views') }}

    union all

    select
        user_id,
        institution_id,
        course_id,
        {{ reporting_date('last_viewed_at') }} as active_on
    from {{ ref('fct_lecture_page_views') }}
),

final as (
    select distinct
        signs_of_life.user_id,
        signs_of_life.institution_id,
        signs_of_life.course_id,
        signs_of_life.active_on
    from signs_of_life
    inner join learners
        on signs_of_life.user_id = learners.user_id
        and signs_of_life.institution_id = learners.institution_id
        and signs_of_life.course_id = learners.course_id
    where signs_of_life.active_on is not null
)

select * from final
