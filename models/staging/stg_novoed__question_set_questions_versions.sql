{{ stage_versions('question_set_questions') }}
