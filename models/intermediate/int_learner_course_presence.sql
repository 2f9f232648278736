-- Grain: one row per user_id, institution_id and course_id with an attempt or a page view in scope: the first and the
-- last sign of a person in a course.
-- An attempt counts in the course in which its activity stands today, a page view in that of its page, whatever course
-- their own rows name: who has fulfilled or seen something of a course has started it.
with activities as (
    select * from {{ ref('int_activities') }}
),

attempts as (
    select *
    from {{ ref('int_user_activities_scoped') }}
    where scope_reason = 'in_scope'
),

pages as (
    select *
    from {{ ref('int_lecture_pages_scoped') }}
    where scope_reason = 'in_scope'
),

page_views as (
    select *
    from {{ ref('int_lecture_page_views_scoped') }}
    where scope_reason = 'in_scope'
),

moments as (
    select
        attempts.user_id,
        attempts.institution_id,
        coalesce(activities.course_id, attempts.course_id) as course_id,
        false as is_page_view,
        {{ attempted_at('attempts') }} as active_at
    from attempts
    left join activities
        on attempts.activity_id = activities.activity_id
        and attempts.activity_type = activities.activity_type

    union all

    select
        page_views.user_id,
        page_views.institution_id,
        coalesce(pages.course_id, page_views.course_id) as course_id,
        true as is_page_view,
        page_views.last_active_at as active_at
    from page_views
    left join pages
        on page_views.lecture_page_id = pages.lecture_page_id
),

final as (
    select
        user_id,
        institution_id,
        course_id,
        min(active_at) as first_active_at,
        max(active_at) as last_active_at,
        bool_or(is_page_view) as has_page_view
    from moments
    group by user_id, institution_id, course_id
)

select * from final
