-- Grain: one row per activity_id, activity_type, question_id and response_option_id that a question has or had.
-- The platform publishes no key of the question sets, so staging keeps every version of an option: the latest counts,
-- and the option is not offered any more when that one is deleted.
-- Left out: records without an option id, such as a free-text question's. Whatever they mark, they mark no option.
with records as (
    select *
    from {{ ref('int_question_set_questions_scoped') }}
    where scope_reason in ('in_scope', 'deleted') and question_id is not null and response_option_id is not null
),

latest as (
    select *
    from records
    qualify row_number() over (
        partition by activity_id, activity_type, question_id, response_option_id
        order by {{ latest_first() }}
    ) = 1
),

last_texts as (
    select *
    from records
    where response_option_text is not null
    qualify row_number() over (
        partition by activity_id, activity_type, question_id, response_option_id
        order by {{ latest_first() }}
    ) = 1
),

final as (
    select
        latest.activity_id,
        latest.activity_type,
        latest.question_id,
        latest.response_option_id,
        last_texts.response_option_text,
        latest.scope_reason = 'in_scope' as is_offered,
        case when latest.scope_reason = 'in_scope' then latest.is_correct end as is_correct,
        latest.scope_reason = 'in_scope' and coalesce(latest.is_correct, false) as is_right
    from latest
    left join last_texts
        on latest.activity_id is not distinct from last_texts.activity_id
        and latest.activity_type is not distinct from last_texts.activity_type
        and latest.question_id = last_texts.question_id
        and latest.response_option_id = last_texts.response_option_id
)

select * from final
