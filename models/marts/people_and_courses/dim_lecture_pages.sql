-- Grain: one row per lecture_page_id.
-- Left out: deleted pages and those of sandbox or unknown courses.
with lecture_pages as (
    select *
    from {{ ref('int_lecture_pages_scoped') }}
    where scope_reason = 'in_scope'
),

final as (
    select
        lecture_page_id,
        course_id,
        institution_id,
        section_id,
        lecture_page_title,
        section_title,
        released_at,
        created_at,
        updated_at
    from lecture_pages
)

select * from final
