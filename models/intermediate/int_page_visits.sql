{{ config(materialized="table") }}
-- Grain: one row per user_id and lecture_page_id in scope: a person's visits of a page.
-- Where only the first or only the last view is given, it counts as both.
with page_views as (
    select
        *,
        case when visit_type = 'First' then 1 else 2 end as visit_order
    from {{ ref('int_lecture_page_views') }}
),

by_visit as (
    select
        user_id,
        lecture_page_id,
        -- both from the same view, the first where there is one
        min_by(institution_id, visit_order) as institution_id,
        min_by(course_id, visit_order) as course_id,
        max(viewed_at) filter (where visit_type = 'First') as first_at,
        max(viewed_at) filter (where visit_type = 'Last') as last_at
    from page_views
    group by user_id, lecture_page_id
),

final as (
    select
        user_id,
        lecture_page_id,
        institution_id,
        course_id,
        coalesce(last_at > first_at, false) as is_revisited,
        coalesce(first_at, last_at) as first_viewed_at,
        coalesce(last_at, first_at) as last_viewed_at
    from by_visit
)

select * from final
