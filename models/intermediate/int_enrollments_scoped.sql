-- Grain: one row per enrollment_id, with the reason why it is out of scope or `in_scope`.
{{ scope('enrollments', answers_to=['user', 'course']) }}
