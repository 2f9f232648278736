{{ config(materialized="table") }}
-- Grain: one row per learner (user_id and institution_id), question (activity_id, activity_type, question_id) and
-- response_option_id: what makes up a learner's answer in the attempt that counts; a free text has no option.
-- Left out: records with neither option nor text nor judgment, which are not answers; of a question type with one
-- choice (var `single_choice_question_types`) every chosen option but the latest.
with responses as (
    select
        responses.*,
        coalesce(questions.takes_one_choice, false) and responses.response_option_id is not null as is_one_choice
    from {{ ref('int_question_responses') }} as responses
    left join {{ ref('int_questions') }} as questions
        on responses.activity_id = questions.activity_id
        and responses.activity_type = questions.activity_type
        and responses.question_id = questions.question_id
    where
        responses.is_counted_attempt
        and coalesce(responses.response_option_id, responses.response_text, cast(responses.is_correct as string))
        is not null
),

right_options as (
    select *
    from {{ ref('int_question_options') }}
    where is_right
),

single_choices as (
    select *
    from responses
    where is_one_choice
),

latest_choices as (
    {{ first_of_each(
        'single_choices',
        ['user_id', 'institution_id', 'activity_id', 'activity_type', 'question_id'],
        latest_first(),
    ) }}
),

counted as (
    select * from latest_choices

    union all

    select *
    from responses
    where not is_one_choice
),

final as (
    select
        counted.user_id,
        counted.institution_id,
        counted.activity_id,
        counted.activity_type,
        counted.question_id,
        counted.response_option_id,
        counted.response_text,
        right_options.response_option_id is not null as is_right_option,
        counted.is_correct
    from counted
    left join right_options
        on counted.activity_id = right_options.activity_id
        and counted.activity_type = right_options.activity_type
        and counted.question_id = right_options.question_id
        and counted.response_option_id = right_options.response_option_id
)

select * from final
