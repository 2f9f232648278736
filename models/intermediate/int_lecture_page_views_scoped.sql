-- Grain: one row per user_id, lecture_page_id and visit_type, with the reason why it is out of scope or `in_scope`.
{{ scope('lecture_page_views', answers_to=['user', 'course', 'page']) }}
