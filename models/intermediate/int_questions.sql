-- Grain: one row per activity_id, activity_type and question_id of an activity in scope, as the latest of the
-- question's records in scope has it.
with records as (
    select *
    from {{ ref('int_question_set_questions_scoped') }}
    where scope_reason = 'in_scope' and question_id is not null
),

activities as (
    select * from {{ ref('int_activities') }}
),

latest as (
    select *
    from records
    qualify row_number() over (
        partition by activity_id, activity_type, question_id
        order by {{ latest_first() }}
    ) = 1
),

option_counts as (
    select
        activity_id,
        activity_type,
        question_id,
        count(*) as option_count,
        count(*) filter (where is_right) as correct_option_count
    from {{ ref('int_question_options') }}
    where is_offered
    group by activity_id, activity_type, question_id
),

final as (
    select
        latest.activity_id,
        latest.activity_type,
        latest.question_id,
        activities.course_id,
        latest.question_text,
        latest.question_type,
        latest.position,
        coalesce(option_counts.option_count, 0) as option_count,
        coalesce(option_counts.correct_option_count, 0) as correct_option_count,
        {{ takes_one_choice('latest.question_type') }} as takes_one_choice
    from latest
    inner join activities
        on latest.activity_id = activities.activity_id
        and latest.activity_type = activities.activity_type
    left join option_counts
        on latest.activity_id = option_counts.activity_id
        and latest.activity_type = option_counts.activity_type
        and latest.question_id = option_counts.question_id
)

select * from final
