-- Grain: one row per activity_id and activity_type, with the reason why it is out of scope or `in_scope`.
{{ scope('course_activities', answers_to=['course']) }}
