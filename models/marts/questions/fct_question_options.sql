-- Grain: one row per activity_id, activity_type, question_id and response_option_id of a question that a learner has
-- answered: every option that it offers, chosen or not, and whatever else was chosen (taken away since, never listed).
-- Counts learners only, one attempt each (var `item_attempt`). Left out: free texts, which choose nothing; activities
-- out of scope.
with answers as (
    select * from {{ ref('int_question_answers') }}
),

choices as (
    select *
    from {{ ref('int_counted_responses') }}
    where response_option_id is not null
),

options as (
    select * from {{ ref('int_question_options') }}
),

questions as (
    select * from {{ ref('int_questions') }}
),

activities as (
    select * from {{ ref('int_activities') }}
),

respondents as (
    select
        activity_id,
        activity_type,
        question_id,
        count(*) as respondent_count
    from answers
    group by activity_id, activity_type, question_id
),

-- one attempt per learner, so one row per learner and option
chosen as (
    select
        choices.activity_id,
        choices.activity_type,
        choices.question_id,
        choices.response_option_id,
        count(*) as chosen_count,
        count(answers.rest) as chosen_with_rest_count,
        sum(answers.rest) as rest
    from choices
    inner join answers
        on choices.user_id = answers.user_id
        and choices.institution_id is not distinct from answers.institution_id
        and choices.activity_id = answers.activity_id
        and choices.activity_type = answers.activity_type
        and choices.question_id = answers.question_id
    group by choices.activity_id, choices.activity_type, choices.question_id, choices.response_option_id
),

shown as (
    select
        activity_id,
        activity_type,
        question_id,
        response_option_id
    from options
    where is_offered

    union

    select
        activity_id,
        activity_type,
        question_id,
        response_option_id
    from chosen
),

final as (
    select
        shown.activity_id,
        shown.activity_type,
        shown.question_id,
        shown.response_option_id,
        {{ activity_key('shown') }} as activity_key,
        activities.course_id,
        questions.question_text,
        options.response_option_text,
        -- without a key nothing is right or wrong; with one, what it does not mark is wrong
        case when questions.correct_option_count > 0 then coalesce(options.is_right, false) end as is_correct,
        respondents.respondent_count,
        coalesce(chosen.chosen_count, 0) as chosen_count,
        coalesce(chosen.chosen_count, 0) / cast(respondents.respondent_count as double) as chosen_ratio,
        case when activities.is_graded then coalesce(chosen.chosen_with_rest_count, 0) else 0 end
            as chosen_with_rest_count,
        case
            when activities.is_graded
                then cast(chosen.rest as double) / nullif(chosen.chosen_with_rest_count, 0)
        end as mean_rest
    from shown
    inner join respondents
        on shown.activity_id = respondents.activity_id
        and shown.activity_type = respondents.activity_type
        and shown.question_id = respondents.question_id
    inner join activities
        on shown.activity_id = activities.activity_id
        and shown.activity_type = activities.activity_type
    left join questions
        on shown.activity_id = questions.activity_id
        and shown.activity_type = questions.activity_type
        and shown.question_id = questions.question_id
    left join options
        on shown.activity_id = options.activity_id
        and shown.activity_type = options.activity_type
        and shown.question_id = options.question_id
        and shown.response_option_id = options.response_option_id
    left join chosen
        on shown.activity_id = chosen.activity_id
        and shown.activity_type = chosen.activity_type
        and shown.question_id = chosen.question_id
        and shown.response_option_id = chosen.response_option_id
)

select * from final
