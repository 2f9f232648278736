-- Grain: one row per user_id, institution_id and course_id with an attempt or a page view in scope: the first and the
-- last sign of a person in a course. NULL where none of it is dated.
with attempts as (
    select * from {{ ref('int_attempts') }}
),

page_views as (
    select * from {{ ref('int_lecture_page_views') }}
),

moments as (
    select
        user_id,
        institution_id,
        course_id,
        false as is_page_view,
        {{ attempted_at('attempts') }} as active_at
    from attempts

    union all

    select
        user_id,
        institution_id,
        course_id,
        true as is_page_view,
        viewed_at as active_at
    from page_views
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
