{{ config(materialized="view") }}
-- Grain: one row per person (user_id and institution_id), attempt (activity_id, activity_type, outcome_id), question_id
-- and response_option_id; a free-text response has no option. Of several versions the latest, and none when that one is
-- deleted. People of any role; activities of any kind, also those that dim_activities does not have.
-- Left out: responses whose person or course is out of scope, and records that name no person or no question.
with responses as (
    select * from {{ ref('int_question_responses') }}
),

options as (
    select *
    from {{ ref('int_question_options') }}
    where is_offered
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
        {{ user_key('responses') }} as user_key,
        {{ activity_key('responses') }} as activity_key,
        responses.response_text,
        responses.points_received,
        -- NULL where nothing is right or wrong, as in a survey
        coalesce(responses.is_correct, options.is_correct) as is_correct,
        responses.is_learner,
        responses.is_counted_attempt,
        responses.updated_at
    from responses
    left join options
        on responses.activity_id is not distinct from options.activity_id
        and responses.activity_type is not distinct from options.activity_type
        and responses.question_id = options.question_id
        and responses.response_option_id = options.response_option_id
)

select * from final
