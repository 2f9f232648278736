-- Grain: one row per conflict and record_id: a record in scope whose dates cannot all be true, or that lacks a date
-- which it should have. Healthy when empty. The marts show such dates as they came; what is computed of them is NULL or
-- says so.
with enrollments as (
    select
        *,
        cast(enrollment_id as string) as record_id
    from {{ ref('fct_enrollments') }}
),

courses as (
    select
        *,
        cast(course_id as string) as record_id
    from {{ ref('dim_courses') }}
),

page_views as (
    select
        *,
        concat(user_id, ':', lecture_page_id) as record_id,
        least(
            case when first_viewed_at > {{ as_of() }} then first_viewed_at end,
            case when last_viewed_at > {{ as_of() }} then last_viewed_at end
        ) as ahead_at
    from {{ ref('fct_lecture_page_views') }}
),

attempts as (
    select
        *,
        concat(user_id, ':', activity_id, ':', activity_type, ':', coalesce(outcome_id, '')) as record_id,
        {{ attempted_at('attempts') }} as attempted_at
    from {{ ref('fct_activity_attempts') }} as attempts
),

deadlines as (
    select
        enrollments.enrollment_id,
        min(fulfillments.deadline_at) as due_at
    from enrollments
    inner join {{ ref('fct_requirement_fulfillments') }} as fulfillments
        on enrollments.enrollment_id = fulfillments.enrollment_id
    group by enrollments.enrollment_id
),

dues as (
    select
        enrollments.record_id,
        enrollments.course_id,
        enrollments.enrolled_at,
        least(courses.ends_at, deadlines.due_at) as due_at
    from enrollments
    left join courses
        on enrollments.course_id = courses.course_id
    left join deadlines
        on enrollments.enrollment_id = deadlines.enrollment_id
),

{%- set selects = [] %}
{%- for conflict, records, earlier, later, condition in [
    ('completed_before_enrolled', 'enrollments', 'enrolled_at', 'completed_at', 'completed_at < enrolled_at'),
    ('unenrolled_before_enrolled', 'enrollments', 'enrolled_at', 'unenrolled_at', 'unenrolled_at < enrolled_at'),
    ('active_before_enrolled', 'enrollments', 'enrolled_at', 'first_active_at', 'first_active_at < enrolled_at'),
    ('due_before_enrolled', 'dues', 'enrolled_at', 'due_at', 'due_at < enrolled_at'),
    ('ends_before_start', 'courses', 'starts_at', 'ends_at', 'ends_at < starts_at'),
    ('last_view_before_first', 'page_views', 'first_viewed_at', 'last_viewed_at', 'last_viewed_at < first_viewed_at'),
    ('enrolled_after_as_of', 'enrollments', as_of(), 'enrolled_at', 'enrolled_at > ' ~ as_of()),
    ('completed_after_as_of', 'enrollments', as_of(), 'completed_at', 'is_completed and completed_at > ' ~ as_of()),
    ('attempt_after_as_of', 'attempts', as_of(), 'attempted_at', 'attempted_at > ' ~ as_of()),
    ('viewed_after_as_of', 'page_views', as_of(), 'ahead_at', 'ahead_at is not null'),
    ('enrolled_without_date', 'enrollments', 'enrolled_at', 'cast(null as timestamp)', 'enrolled_at is null'),
    ('completed_without_date', 'enrollments', 'enrolled_at', 'completed_at', 'is_completed and completed_at is null'),
] %}
    {%- set conflicting %}
    select
        '{{ conflict }}' as conflict,
        record_id,
        course_id,
        {{ earlier }} as expected_earlier_at,
        {{ later }} as expected_later_at
    from {{ records }}
    where {{ condition }}
    {%- endset %}
    {%- do selects.append(conflicting) %}
{%- endfor %}

final as (
    {{ union_all(selects) }}
)

select * from final
