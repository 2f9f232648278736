-- Grain: one row per user_id and institution_id, with the reason why it is out of scope or `in_scope`.
{{ scope('user_org_roles', answers_to=['user']) }}
