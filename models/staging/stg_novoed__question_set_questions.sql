{{ config(materialized="view") }}
{{ stage('question_set_questions') }}
