-- Grain: one row per activity_id, activity_type and question_id of a graded activity that a learner has answered.
-- Counts learners only, one attempt each (var `item_attempt`). Left out: surveys and polls, where nothing is right or
-- wrong (fct_question_options has them), and activities out of scope.
with activities as (
    select *
    from {{ ref('int_activities') }}
    where is_graded
),

questions as (
    select * from {{ ref('int_questions') }}
),

answers as (
    select * from {{ ref('int_question_answers') }}
),

-- only options of a question with a key are wrong
wrong_options as (
    select
        activity_id,
        activity_type,
        question_id,
        max(cast(mean_rest as decimal(10, 9))) as greatest_mean_rest
    from {{ ref('fct_question_options') }}
    where not is_correct and chosen_with_rest_count >= {{ var('item_min_respondents') }}
    group by activity_id, activity_type, question_id
),

counted as (
    select
        activity_id,
        activity_type,
        question_id,
        count(*) as respondent_count,
        count(score) as judged_count,
        count(*) filter (where score = 1) as correct_count,
        count(score) filter (where rest is not null) as paired_count,
        cast(sum(score) filter (where rest is not null) as bigint) as score_sum,
        sum(rest) filter (where score is not null) as rest_sum,
        sum(rest * rest) filter (where score is not null) as squared_rest_sum,
        sum(rest) filter (where score = 1) as rest_of_right_sum,
        count(rest) filter (where score = 1) as right_with_rest_count
    from answers
    group by activity_id, activity_type, question_id
),

-- n × (n − 1) times the sample's covariance and variances, exact
spread as (
    select
        *,
        paired_count * coalesce(rest_of_right_sum, 0) - score_sum * rest_sum as covariance,
        paired_count * score_sum - score_sum * score_sum as score_variance,
        paired_count * squared_rest_sum - rest_sum * rest_sum as rest_variance
    from counted
),

measured as (
    select
        *,
        correct_count / cast(nullif(judged_count, 0) as double) as facility,
        cast(cast(rest_of_right_sum as double) / nullif(right_with_rest_count, 0) as decimal(10, 9))
            as mean_rest_of_right,
        case
            when paired_count >= {{ var('item_min_respondents') }} and score_variance > 0 and rest_variance > 0
                -- the last digits of a square root are noise
                then round(
                    cast(covariance as double) / sqrt(cast(score_variance as double) * cast(rest_variance as double)),
                    12
                )
        end as discrimination
    from spread
),

judged as (
    select
        measured.*,
        activities.course_id,
        questions.question_text,
        case
            when measured.judged_count < {{ var('item_min_respondents') }} then null
            when wrong_options.greatest_mean_rest > measured.mean_rest_of_right then 'wrong_key_suspected'
            when cast(measured.discrimination as decimal(10, 9)) < 0 then 'negative_discrimination'
            when cast(measured.facility as decimal(10, 9)) < 0.3 then 'too_hard'
            when cast(measured.discrimination as decimal(10, 9)) < 0.1 then 'low_discrimination'
            when cast(measured.facility as decimal(10, 9)) > 0.95 then 'too_easy'
        end as review_reason
    from measured
    inner join activities
        on measured.activity_id = activities.activity_id
        and measured.activity_type = activities.activity_type
    left join questions
        on measured.activity_id = questions.activity_id
        and measured.activity_type = questions.activity_type
        and measured.question_id = questions.question_id
    left join wrong_options
        on measured.activity_id = wrong_options.activity_id
        and measured.activity_type = wrong_options.activity_type
        and measured.question_id = wrong_options.question_id
),

final as (
    select
        activity_id,
        activity_type,
        question_id,
        {{ activity_key() }} as activity_key,
        course_id,
        question_text,
        respondent_count,
        judged_count,
        correct_count,
        facility,
        discrimination,
        review_reason,
        review_reason is not null as needs_review
    from judged
)

select * from final
