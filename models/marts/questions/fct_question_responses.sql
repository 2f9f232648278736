-- Grain: one row per person (user_id and institution_id), attempt (activity_id, activity_type, outcome_id), question_id
-- and response_option_id; a free-text response has no option. Of several versions the latest, and none when that one is
-- deleted.
-- Of each person's attempts at an activity one counts in fct_question_items and fct_question_options: var
-- `item_attempt`, the first (default) or the last. An attempt is dated as everywhere else, by fct_activity_attempts;
-- one that is not there by its own responses.
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

attempts as (
    select * from {{ ref('fct_activity_attempts') }}
),

latest as (
    {{ first_of_each(
        'responses',
        [
            'user_id', 'institution_id', 'activity_id', 'activity_type', 'outcome_id', 'question_id',
            'response_option_id',
        ],
        latest_first(),
    ) }}
),

responses_in_scope as (
    select *
    from latest
    where scope_reason = 'in_scope'
),

answered_attempts as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        outcome_id,
        min(updated_at) as first_updated_at
    from responses_in_scope
    group by user_id, institution_id, activity_id, activity_type, outcome_id
),

-- an attempt's key has no institution; files of responses may not name one either
attempt_moments as (
    select
        answered_attempts.user_id,
        answered_attempts.institution_id,
        answered_attempts.activity_id,
        answered_attempts.activity_type,
        answered_attempts.outcome_id,
        coalesce(
            case
                when coalesce(answered_attempts.institution_id, attempts.institution_id) = attempts.institution_id
                    then {{ attempted_at('attempts') }}
            end,
            answered_attempts.first_updated_at
        ) as attempted_at
    from answered_attempts
    left join attempts
        on answered_attempts.user_id = attempts.user_id
        and answered_attempts.activity_id = attempts.activity_id
        and answered_attempts.activity_type = attempts.activity_type
        and answered_attempts.outcome_id is not distinct from attempts.outcome_id
),

ranked_attempts as (
    select
        *,
        row_number() over (
            partition by user_id, institution_id, activity_id, activity_type
            order by
                attempted_at {{ item_attempt_direction() }} nulls last,
                outcome_id {{ item_attempt_direction() }} nulls last
        ) = 1 as is_counted_attempt
    from attempt_moments
),

final as (
    select
        responses_in_scope.user_id,
        responses_in_scope.institution_id,
        responses_in_scope.course_id,
        responses_in_scope.activity_id,
        responses_in_scope.activity_type,
        responses_in_scope.outcome_id,
        responses_in_scope.question_id,
        responses_in_scope.response_option_id,
        responses_in_scope.response_text,
        responses_in_scope.points_received,
        -- NULL where nothing is right or wrong, as in a survey
        coalesce(responses_in_scope.is_correct, options.is_correct) as is_correct,
        ranked_attempts.is_counted_attempt,
        responses_in_scope.updated_at
    from responses_in_scope
    inner join ranked_attempts
        on responses_in_scope.user_id = ranked_attempts.user_id
        and responses_in_scope.institution_id is not distinct from ranked_attempts.institution_id
        and responses_in_scope.activity_id is not distinct from ranked_attempts.activity_id
        and responses_in_scope.activity_type is not distinct from ranked_attempts.activity_type
        and responses_in_scope.outcome_id is not distinct from ranked_attempts.outcome_id
    left join options
        on responses_in_scope.activity_id is not distinct from options.activity_id
        and responses_in_scope.activity_type is not distinct from options.activity_type
        and responses_in_scope.question_id = options.question_id
        and responses_in_scope.response_option_id = options.response_option_id
)

select * from final
