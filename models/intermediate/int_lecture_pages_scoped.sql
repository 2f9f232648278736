-- Grain: one row per lecture_page_id, with the reason why it is out of scope or `in_scope`.
{{ scope('lecture_pages', answers_to=['course']) }}
