-- Grain: one row per activity_id, activity_type and question_id with a response; surveys and polls, where nothing is
-- right or wrong, are in fct_question_options instead.
-- Counts one attempt per person (var `item_attempt`). A person has an item right when every option they chose is right.
with responses as (
    select responses.*
    from {{ ref('fct_question_responses') }} as responses
    left join {{ ref('activity_types') }} as activity_types
        on responses.activity_type = activity_types.activity_type
    where responses.is_counted_attempt and coalesce(activity_types.is_graded, true)
),

-- one row per person and item; score is NULL where the platform does not say what is right
scores as (
    select
        user_id,
        institution_id,
        activity_id,
        activity_type,
        question_id,
        count(*) as response_count,
        cast(bool_and(is_correct) as integer) as score
    from responses
    group by user_id, institution_id, activity_id, activity_type, question_id
),

with_rest as (
    select
        *,
        sum(score) over (partition by user_id, institution_id, activity_id, activity_type) - score as rest
    from scores
),

counted as (
    select
        activity_id,
        activity_type,
        question_id,
        count(*) as respondent_count,
        cast(sum(response_count) as bigint) as response_count,
        count(*) filter (where score = 1) as correct_count,
        count(score) as scored_count,
        -- as whole numbers, n × (n − 1) times the sample's: the same on every run, and exact at the borders
        count(score) * sum(score * rest) - sum(score) * sum(rest) as covariance,
        count(score) * sum(score * score) - sum(score) * sum(score) as score_variance,
        count(score) * sum(rest * rest) - sum(rest) * sum(rest) as rest_variance
    from with_rest
    group by activity_id, activity_type, question_id
),

measured as (
    select
        *,
        correct_count / cast(nullif(scored_count, 0) as double) as difficulty,
        case
            when scored_count >= {{ var('item_min_respondents') }} and score_variance > 0 and rest_variance > 0
                then 100 * cast(covariance as double) / sqrt(cast(score_variance as double) * rest_variance)
        end as discrimination
    from counted
),

final as (
    select
        activity_id,
        activity_type,
        question_id,
        respondent_count,
        response_count,
        correct_count,
        difficulty,
        discrimination,
        coalesce(difficulty < 0.3 or difficulty > 0.9, false) or coalesce(discrimination < 10, false) as needs_review
    from measured
)

select * from final
