-- Grain: one row per conflict and record_id: a record in scope whose dates cannot all be true, or a completion without
-- a date. Healthy when empty. The marts show such dates as they came, so they bend days_to_complete and the like.
with enrollments as (
    select
        *,
        cast(enrollment_id as varchar) as record_id
    from {{ ref('fct_enrollments') }}
),

courses as (
    select
        *,
        cast(course_id as varchar) as record_id
    from {{ ref('dim_courses') }}
),

page_views as (
    select
        *,
        concat(user_id, '-', lecture_page_id) as record_id
    from {{ ref('fct_lecture_page_views') }}
),

{%- set comparisons = [
    ('completed_before_enrolled', 'enrollments', 'enrolled_at', 'completed_at'),
    ('unenrolled_before_enrolled', 'enrollments', 'enrolled_at', 'unenrolled_at'),
    ('active_before_enrolled', 'enrollments', 'enrolled_at', 'first_active_at'),
    ('ends_before_start', 'courses', 'starts_at', 'ends_at'),
    ('last_view_before_first', 'page_views', 'first_viewed_at', 'last_viewed_at'),
] %}

conflicts as (
    {%- for conflict, records, earlier, later in comparisons %}
    select
        '{{ conflict }}' as conflict,
        record_id,
        course_id,
        {{ earlier }} as expected_earlier_at,
        {{ later }} as expected_later_at
    from {{ records }}
    where {{ later }} < {{ earlier }}

    union all
    {% endfor %}
    select
        'completed_without_date' as conflict,
        record_id,
        course_id,
        enrolled_at as expected_earlier_at,
        completed_at as expected_later_at
    from enrollments
    where is_completed and completed_at is null
),

final as (
    select
        conflict,
        record_id,
        course_id,
        expected_earlier_at,
        expected_later_at
    from conflicts
)

select * from final
