-- Grain: one row per activity_id and activity_type.
-- Left out: deleted activities and those of sandbox or unknown courses.
with activities as (
    select * from {{ ref('int_activities') }}
),

final as (
    select
        activity_id,
        activity_type,
        {{ activity_key() }} as activity_key,
        course_id,
        institution_id,
        lecture_page_id,
        section_id,
        activity_title,
        lecture_page_title,
        section_title,
        fulfillment_rule,
        target,
        required_submission_count,
        is_required,
        is_hard_deadline,
        is_released,
        released_at,
        deadline_at,
        updated_at
    from activities
)

select * from final
