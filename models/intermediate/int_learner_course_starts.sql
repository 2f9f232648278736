-- Grain: one row per user_id, institution_id and course_id with an attempt or a page view in scope.
-- Here an attempt belongs to the course that its own row names, as a page view does.
with attempts as (
    select *
    from {{ ref('int_user_activities_scoped') }}
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
        attempts.course_id,
        {{ attempted_at('attempts') }} as active_at
    from attempts

    union all

    select
        page_views.user_id,
        page_views.institution_id,
        page_views.course_id,
        page_views.last_active_at as active_at
    from page_views
),

final as (
    select
        user_id,
        institution_id,
        course_id,
        min(active_at) as first_active_at
    from moments
    group by user_id, institution_id, course_id
)

select * from final
