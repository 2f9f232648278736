{{ config(materialized="view") }}
-- Grain: one row per user_id and lecture_page_id: a person who has viewed a page, learner or not.
-- Left out: views whose person, course or page is out of scope.
with page_visits as (
    select * from {{ ref('int_page_visits') }}
),

final as (
    select
        user_id,
        lecture_page_id,
        institution_id,
        course_id,
        {{ user_key() }} as user_key,
        is_revisited,
        first_viewed_at,
        last_viewed_at
    from page_visits
)

select * from final
