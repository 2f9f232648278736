{{ config(materialized="table") }}
-- Grain: one row per learner (user_id and institution_id), question (activity_id, activity_type, question_id) and
-- response_option_id: what makes up a learner's answer in the attempt that counts; a free text has no option.
-- Left out: records with neither option nor text nor judgment, which are not answers; of a question type with one
-- choice (var `single_choice_question_types`) every chosen option but the latest.
with answers as (
    select *
    from {{ ref('int_question_responses') }}
    where
        is_counted_attempt
        and coalesce(response_option_id, response_text, cast(is_correct as string)) is not null
        and not (takes_one_choice and response_option_id is not null)
),

-- not by the same CTE as above: DuckDB writes aside what is read twice
latest_choices as (
    select *
    from {{ ref('int_question_responses') }}
    where is_counted_attempt and takes_one_choice and response_option_id is not null
    qualify row_number() over (
        partition by user_id, institution_id, activity_id, activity_type, question_id
        order by {{ latest_first() }}
    ) = 1
),

responses as (
    select * from answers

    union all

    select * from latest_choices
),

right_options as (
    select *
    from {{ ref('int_question_options') }}
    where is_right
),

final as (
    select
        responses.user_id,
        responses.institution_id,
        responses.activity_id,
        responses.activity_type,
        responses.question_id,
        responses.response_option_id,
        responses.response_text,
        right_options.response_option_id is not null as is_right_option,
        responses.is_correct
    from responses
    left join right_options
        on responses.activity_id = right_options.activity_id
        and responses.activity_type = right_options.activity_type
        and responses.question_id = right_options.question_id
        and responses.response_option_id = right_options.response_option_id
)

select * from final
