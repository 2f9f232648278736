-- Grain: as fct_question_responses: one row per person, attempt, question and response option, the latest version, and
-- whether its attempt is the one that counts.
with responses as (
    select * from {{ ref('int_latest_responses') }}
),

counted_attempts as (
    select * from {{ ref('int_counted_attempts') }}
),

final as (
    select
        responses.user_id,
        responses.institution_id,
        responses.course_id,
        responses.activity_id,
        responses.activity_type,
        responses.outcome_id,
        responses.question_id,
        responses.response_option_id,
        responses.response_text,
        responses.is_correct,
        responses.points_received,
        responses.is_learner,
        counted_attempts.user_id is not null as is_counted_attempt,
        responses.takes_one_choice,
        responses.updated_at,
        responses._loaded_at,
        responses._source_file,
        responses._source_row
    from responses
    left join counted_attempts
        on responses.user_id = counted_attempts.user_id
        and responses.institution_id is not distinct from counted_attempts.institution_id
        and responses.activity_id = counted_attempts.activity_id
        and responses.activity_type = counted_attempts.activity_type
        and responses.outcome_id is not distinct from counted_attempts.outcome_id
)

select * from final
