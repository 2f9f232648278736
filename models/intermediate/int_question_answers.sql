{{ config(materialized="table") }}
-- Grain: one row per learner (user_id and institution_id) and question (activity_id, activity_type, question_id): the
-- learner's answer in the attempt that counts, judged.
-- score is 1 or 0, NULL where nobody says what is right: against the key where there is one (exactly the right options;
-- of a type with one choice one of them; a text alone is wrong), else as the answer's own records judge it. rest is the
-- mean score of the learner's other judged answers to the activity, as a decimal, so that sums come out the same in
-- whatever order they are taken.
with responses as (
    select * from {{ ref('int_counted_responses') }}
),

questions as (
    select * from {{ ref('int_questions') }}
),

answers as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        question_id,
        count(response_option_id) as chosen_count,
        count(*) filter (where is_right_option) as right_chosen_count,
        count(*) filter (where response_option_id is null and response_text is not null) as text_count,
        bool_and(is_correct) as is_correct_by_itself
    from responses
    group by user_id, institution_id, activity_id, activity_type, question_id
),

scored as (
    select
        answers.*,
        cast(
            case
                when questions.correct_option_count > 0 and (answers.chosen_count > 0 or answers.text_count > 0)
                    then answers.chosen_count > 0
                        and answers.right_chosen_count = answers.chosen_count
                        and (
                            questions.takes_one_choice or answers.right_chosen_count = questions.correct_option_count
                        )
                else answers.is_correct_by_itself
            end as integer
        ) as score
    from answers
    left join questions
        on answers.activity_id = questions.activity_id
        and answers.activity_type = questions.activity_type
        and answers.question_id = questions.question_id
),

totals as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        sum(score) as score,
        count(score) as judged_count
    from scored
    group by user_id, institution_id, activity_id, activity_type
),

final as (
    select
        scored.user_id,
        scored.institution_id,
        scored.activity_id,
        scored.activity_type,
        scored.question_id,
        scored.score,
        cast(
            cast(totals.score - coalesce(scored.score, 0) as double)
            / nullif(totals.judged_count - case when scored.score is null then 0 else 1 end, 0)
            as decimal(12, 11)
        ) as rest
    from scored
    inner join totals
        on scored.user_id = totals.user_id
        and scored.institution_id is not distinct from totals.institution_id
        and scored.activity_id = totals.activity_id
        and scored.activity_type = totals.activity_type
)

select * from final
