{{ config(materialized="table") }}
-- Grain: as fct_question_responses: one row per person, attempt, question and response option, the latest version.
-- A learner is one in the course of the activity (else of the row, where the activity is unknown).
-- Which version is the later is kept only where it decides between choices: it is text, in as many rows.
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

one_choice_questions as (
    select *
    from {{ ref('int_questions') }}
    where takes_one_choice
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
        latest.is_correct,
        latest.points_received,
        learners.user_id is not null as is_learner,
        activities.activity_id is not null as is_activity_in_scope,
        coalesce(one_choice_questions.takes_one_choice, false) as takes_one_choice,
        latest.updated_at,
        case when one_choice_questions.takes_one_choice then latest._loaded_at end as _loaded_at,
        case when one_choice_questions.takes_one_choice then latest._source_file end as _source_file,
        case when one_choice_questions.takes_one_choice then latest._source_row end as _source_row
    from latest
    left join activities
        on latest.activity_id = activities.activity_id
        and latest.activity_type = activities.activity_type
    left join one_choice_questions
        on latest.activity_id = one_choice_questions.activity_id
        and latest.activity_type = one_choice_questions.activity_type
        and latest.question_id = one_choice_questions.question_id
    left join learners
        on latest.user_id = learners.user_id
        and latest.institution_id is not distinct from learners.institution_id
        and coalesce(activities.course_id, latest.course_id) = learners.course_id
    where latest.scope_reason = 'in_scope'
)

select * from final
