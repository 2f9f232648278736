{{ stage_question_set('question_set_questions') }}
