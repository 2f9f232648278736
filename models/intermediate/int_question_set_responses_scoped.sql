-- Grain: one row per distinct record, with the reason why it is out of scope or `in_scope`.
{{ scope_question_set('question_set_responses', answers_to=['user', 'course']) }}
