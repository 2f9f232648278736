-- No page has more viewers than enrolled learners, and a course's pages are numbered from 1 without a gap.
select
    course_id,
    max(viewer_count) as greatest_viewer_count,
    min(enrolled_learner_count) as enrolled_learner_count,
    count(*) as page_count,
    count(distinct page_position) as position_count,
    max(page_position) as last_position
from {{ ref('fct_lecture_page_funnel') }}
group by course_id
having max(viewer_count) > min(enrolled_learner_count)
    or min(enrolled_learner_count) <> max(enrolled_learner_count)
    or min(page_position) <> 1
    or max(page_position) <> count(*)
    or count(distinct page_position) <> count(*)
