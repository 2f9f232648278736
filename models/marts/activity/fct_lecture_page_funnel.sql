-- Grain: one row per lecture_page_id: how many of the course's enrolled learners have reached the page.
-- Counts people, user_id and institution_id together: who is enrolled twice is one of them.
-- Left out: viewers who are not learners of status Enrolled in the page's course.
with lecture_pages as (
    select * from {{ ref('dim_lecture_pages') }}
),

enrolled_learners as (
    select distinct
        user_id,
        institution_id,
        course_id
    from {{ ref('fct_enrollments') }}
    where is_enrolled_learner
),

page_views as (
    select * from {{ ref('fct_lecture_page_views') }}
),

enrolled as (
    select
        course_id,
        count(*) as enrolled_learner_count
    from enrolled_learners
    group by course_id
),

viewers as (
    select
        lecture_pages.lecture_page_id,
        count(*) as viewer_count
    from lecture_pages
    inner join page_views
        on lecture_pages.lecture_page_id = page_views.lecture_page_id
    inner join enrolled_learners
        on page_views.user_id = enrolled_learners.user_id
        and page_views.institution_id = enrolled_learners.institution_id
        and lecture_pages.course_id = enrolled_learners.course_id
    group by lecture_pages.lecture_page_id
),

counted as (
    select
        lecture_pages.lecture_page_id,
        lecture_pages.course_id,
        coalesce(lecture_pages.released_at <= {{ as_of() }}, true) as is_released,
        cast(row_number() over (
            partition by lecture_pages.course_id
            order by lecture_pages.released_at asc nulls last, lecture_pages.lecture_page_id asc
        ) as bigint) as page_position,
        coalesce(enrolled.enrolled_learner_count, 0) as enrolled_learner_count,
        coalesce(viewers.viewer_count, 0) as viewer_count
    from lecture_pages
    left join enrolled
        on lecture_pages.course_id = enrolled.course_id
    left join viewers
        on lecture_pages.lecture_page_id = viewers.lecture_page_id
),

with_page_before as (
    select
        *,
        -- on the first page all enrolled learners are still there
        coalesce(
            lag(viewer_count) over (partition by course_id order by page_position asc), enrolled_learner_count
        ) as viewer_count_before
    from counted
),

-- a page that is not released yet fails to reach nobody
final as (
    select
        lecture_page_id,
        course_id,
        page_position,
        enrolled_learner_count,
        viewer_count,
        case when is_released then {{ ratio('viewer_count', 'enrolled_learner_count') }} end as reach_ratio,
        case
            when is_released then {{ ratio('(viewer_count_before - viewer_count)', 'viewer_count_before') }}
        end as drop_ratio
    from with_page_before
)

select * from final
