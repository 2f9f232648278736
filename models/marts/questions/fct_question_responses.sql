-- Grain: one row per person (user_id and institution_id), attempt (activity_id, activity_type, outcome_id), question_id
-- and response_option_id; a free-text response has no option. Of several versions the latest, and none when that one is
-- deleted.
-- Left out: responses whose person or course is out of scope, and records that name no person or no question.
with responses as (
    select *
    from {{ ref('int_question_set_responses_scoped') }}
    -- a deletion takes an earlier version along; a row of another course or person does not
    where scope_reason in ('in_scope', 'deleted') and user_id is not null and question_id is not null
),

options as (
    select * from {{ ref('int_question_options') }}
),

latest as (
    {{ first_of_each(
        'responses',
        [
            'user_id', 'institution_id', 'activity_id', 'activity_type', 'outcome_id', 'question_id',
            'response_option_id',
        ],
        'updated_at desc nulls last, _loaded_at desc, _source_file desc, _source_row asc',
    ) }}
),

final as (
    select
        latest.user_id,
        latest.institution_id,
        latest.course_id,
        latest.activity_id,
        latest.activity_type,
        latest.outcome_id,
        latest.question_id,
        latest.response_option_id,
        latest.response_text,
        latest.points_received,
        -- NULL where nothing is right or wrong, as in a survey
        coalesce(latest.is_correct, options.is_correct) as is_correct,
        latest.updated_at
    from latest
    left join options
        on latest.activity_id is not distinct from options.activity_id
        and latest.activity_type is not distinct from options.activity_type
        and latest.question_id = options.question_id
        and latest.response_option_id = options.response_option_id
    where latest.scope_reason = 'in_scope'
)

select * from final
