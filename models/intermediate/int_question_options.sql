-- Grain: one row per activity_id, activity_type, question_id and response_option_id; a free-text question has one row
-- without an option.
-- The platform publishes no key of the question sets, so staging keeps every version of an option: the latest counts,
-- and is left out when that one is deleted.
with options as (
    select *
    from {{ ref('int_question_set_questions_scoped') }}
    where scope_reason in ('in_scope', 'deleted') and question_id is not null
),

latest as (
    select *
    from options
    qualify row_number() over (
        partition by activity_id, activity_type, question_id, response_option_id
        order by {{ latest_first() }}
    ) = 1
),

final as (
    select
        activity_id,
        activity_type,
        question_id,
        response_option_id,
        is_correct
    from latest
    where scope_reason = 'in_scope'
)

select * from final
