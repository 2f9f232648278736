-- Grain: one row per user_id, lecture_page_id and visit_type, First or Last, in scope.
-- Left out: visits of another kind, which say neither.
-- Belongs to the course of its page, or the one its own row names where the page is out of scope.
with page_views as (
    select *
    from {{ ref('int_lecture_page_views_scoped') }}
    where scope_reason = 'in_scope' and visit_type in ('First', 'Last')
),

lecture_pages as (
    select *
    from {{ ref('int_lecture_pages_scoped') }}
    where scope_reason = 'in_scope'
),

final as (
    select
        page_views.user_id,
        page_views.lecture_page_id,
        page_views.visit_type,
        page_views.institution_id,
        coalesce(lecture_pages.course_id, page_views.course_id) as course_id,
        page_views.last_active_at as viewed_at,
        page_views.updated_at
    from page_views
    left join lecture_pages
        on page_views.lecture_page_id = lecture_pages.lecture_page_id
)

select * from final
