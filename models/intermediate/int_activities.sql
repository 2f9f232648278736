-- Grain: one row per activity_id and activity_type in scope, with the rule that fulfills it.
-- An activity type that the seed does not have is fulfilled by one submitted attempt, its best attempt counts, and it
-- is graded.
with activities as (
    select *
    from {{ ref('int_course_activities_scoped') }}
    where scope_reason = 'in_scope'
),

activity_types as (
    select * from {{ ref('activity_types') }}
),

with_rules as (
    select
        activities.*,
        coalesce(activity_types.fulfillment_rule, 'submitted_once') as fulfillment_rule,
        coalesce(activity_types.points_rule, 'best') as points_rule,
        coalesce(activity_types.is_graded, true) as is_graded
    from activities
    left join activity_types
        on activities.activity_type = activity_types.activity_type
),

final as (
    select
        activity_id,
        activity_type,
        course_id,
        institution_id,
        lecture_page_id,
        section_id,
        activity_title,
        lecture_page_title,
        section_title,
        fulfillment_rule,
        points_rule,
        is_graded,
        target,
        case
            when fulfillment_rule = 'submission_target'
                then greatest(coalesce(try_cast(ceil(target) as bigint), 1), 1)
            else 1
        end as required_submission_count,
        coalesce(is_todo, false) as is_required,
        coalesce(is_todo, false) and fulfillment_rule <> 'not_tracked' as is_counted_requirement,
        coalesce(is_hard_deadline, false) as is_hard_deadline,
        coalesce(released_at <= {{ as_of() }}, true) as is_released,
        released_at,
        deadline_at,
        updated_at
    from with_rules
)

select * from final
