{{ config(materialized="table") }}
-- Grain: as fct_learner_active_days: one row per user_id, institution_id, course_id and active_on: a day on which a
-- learner had an attempt or a page view in a course.
with learners as (
    select distinct
        user_id,
        institution_id,
        course_id
    from {{ ref('int_enrollments') }}
    where is_learner
),

attempts as (
    select * from {{ ref('int_attempts') }}
),

page_visits as (
    select * from {{ ref('int_page_visits') }}
),

signs_of_life as (
    select
        user_id,
        institution_id,
        course_id,
        {{ reporting_date(attempted_at('attempts')) }} as active_on
    from attempts

    union all

    select
        user_id,
        institution_id,
        course_id,
        {{ reporting_date('first_viewed_at') }} as active_on
    from page_visits

    union all

    select
        user_id,
        institution_id,
        course_id,
        {{ reporting_date('last_viewed_at') }} as active_on
    from page_visits
    where last_viewed_at != first_viewed_at
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
