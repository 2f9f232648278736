-- Grain: one row per user_id, activity_id, activity_type and outcome_id (an attempt), with the reason why it is out
-- of scope or `in_scope`.
{{ scope('user_activities', answers_to=['user', 'course', 'activity']) }}
