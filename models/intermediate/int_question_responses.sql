{{ config(materialized="table") }}
-- Grain: as fct_question_responses: one row per person, attempt, question and response option, the latest version.
-- A learner is one in the course of the activity (else of the row, where the activity is unknown). Of each learner's
-- attempts at an activity in scope one counts: var `item_attempt`, the first (default) or the last. An attempt is dated
-- as everywhere else; one that has no date or is not there, by its own responses.
-- Left out: responses whose person or course is out of scope, and records that name no person or no question.
with responses as (
    select *
    from {{ ref('int_question_set_responses_scoped') }}
    -- a deletion takes an earlier version along; a row of another course or person does not
    where scope_reason in ('in_scope', 'deleted') and user_id is not null and question_id is not null
),

activities as (
    select * from {{ ref('int_activities') }}
),

attempts as (
    select * from {{ ref('int_attempts') }}
),

learner_enrollments as (
    select *
    from {{ ref('int_enrollments') }}
    where is_learner
),

-- files of responses may not name an institution: their people are learners by their number alone
learners as (
    select
        user_id,
        institution_id,
        course_id
    from learner_enrollments

    union

    select
        user_id,
        null as institution_id,
        course_id
    from learner_enrollments
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

given as (
    select
        latest.*,
        activities.activity_id is not null as is_activity_in_scope,
        learners.user_id is not null as is_learner
    from latest
    left join activities
        on latest.activity_id = activities.activity_id
        and latest.activity_type = activities.activity_type
    left join learners
        on latest.user_id = learners.user_id
        and latest.institution_id is not distinct from learners.institution_id
        and coalesce(activities.course_id, latest.course_id) = learners.course_id
    where latest.scope_reason = 'in_scope'
),

answered_attempts as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        outcome_id,
        min(updated_at) as first_updated_at
    from given
    where is_learner and is_activity_in_scope
    group by user_id, institution_id, activity_id, activity_type, outcome_id
),

attempt_moments as (
    select
        answered_attempts.*,
        coalesce(
            case
                -- an attempt's key has no institution
                when coalesce(answered_attempts.institution_id, attempts.institution_id) = attempts.institution_id
                    then attempts.attempted_at
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

counted_attempts as (
    select *
    from attempt_moments
    qualify row_number() over (
        partition by user_id, institution_id, activity_id, activity_type
        order by
            attempted_at {{ item_attempt_direction() }} nulls last,
            outcome_id {{ item_attempt_direction() }} nulls last
    ) = 1
),

final as (
    select
        given.user_id,
        given.institution_id,
        given.course_id,
        given.activity_id,
        given.activity_type,
        given.outcome_id,
        given.question_id,
        given.response_option_id,
        given.response_text,
        given.is_correct,
        given.points_received,
        given.is_learner,
        counted_attempts.user_id is not null as is_counted_attempt,
        given.updated_at,
        given._source_file,
        given._source_row,
        given._loaded_at
    from given
    left join counted_attempts
        on given.user_id = counted_attempts.user_id
        and given.institution_id is not distinct from counted_attempts.institution_id
        and given.activity_id = counted_attempts.activity_id
        and given.activity_type = counted_attempts.activity_type
        and given.outcome_id is not distinct from counted_attempts.outcome_id
)

select * from final
