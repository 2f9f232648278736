-- Grain: one row per activity_id, activity_type and question_id.
-- Left out: questions of activities out of scope.
with questions as (
    select * from {{ ref('int_questions') }}
),

final as (
    select
        activity_id,
        activity_type,
        question_id,
        {{ activity_key() }} as activity_key,
        course_id,
        question_text,
        question_type,
        position,
        option_count,
        correct_option_count
    from questions
)

select * from final
