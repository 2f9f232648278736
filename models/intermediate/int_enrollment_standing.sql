-- Grain: one row per enrollment_id in scope: int_enrollments, and where each stands in time at `as_of`.
-- Open asks whether anything can still be done: neither the course's end, nor its closing, nor the person's own access
-- is over. What has not happened by `as_of`, or lies before the enrollment, is in no duration.
with enrollments as (
    select * from {{ ref('int_enrollments') }}
),

courses as (
    select *
    from {{ ref('int_courses_scoped') }}
    where scope_reason = 'in_scope'
),

presence as (
    select * from {{ ref('int_learner_course_presence') }}
),

dated as (
    select
        enrollments.*,
        courses.starts_at,
        courses.released_at,
        courses.ends_at,
        courses.closed_at,
        case
            when courses.is_self_paced and courses.self_paced_access_limit > 0
                then {{ add_days('enrollments.enrolled_at', 'courses.self_paced_access_limit') }}
            -- nobody is late for a course that was over before they came
            when courses.ends_at < enrollments.enrolled_at then null
            else courses.ends_at
        end as due_at,
        least(enrollments.first_visited_course_home_at, presence.first_active_at) as first_active_at,
        greatest(enrollments.first_visited_course_home_at, presence.last_active_at) as last_present_at,
        enrollments.first_visited_course_home_at is not null or coalesce(presence.has_page_view, false)
            as is_seen_visiting
    from enrollments
    inner join courses
        on enrollments.course_id = courses.course_id
    left join presence
        on enrollments.user_id = presence.user_id
        and enrollments.institution_id = presence.institution_id
        and enrollments.course_id = presence.course_id
),

final as (
    select
        enrollment_id,
        user_id,
        institution_id,
        course_id,
        course_role_id,
        registered_by_user_id,
        enrollment_status,
        user_role_name,
        has_admin_permission,
        has_mentor_permission,
        is_learner,
        is_enrolled_learner,
        has_left,
        is_self_registered,
        is_completed,
        enrolled_at,
        unenrolled_at,
        first_visited_course_home_at,
        first_active_at,
        last_active_at,
        due_at,
        completed_at,
        updated_at,
        first_active_at is not null as has_started,
        case
            when is_completed and completed_at >= enrolled_at and completed_at <= {{ as_of() }}
                then {{ calendar_days('enrolled_at', 'completed_at') }}
        end as days_to_complete,
        is_enrolled_learner and coalesce(due_at <= {{ as_of() }}, false) as is_due,
        is_completed and coalesce(completed_at <= due_at, false) as is_completed_on_time,
        is_enrolled_learner and not is_completed and coalesce(due_at < {{ as_of() }}, false) as is_overdue,
        coalesce(least(ends_at, closed_at) >= {{ as_of() }}, true) as is_course_open,
        coalesce(least(ends_at, closed_at, due_at) >= {{ as_of() }}, true) as is_open,
        coalesce(greatest(starts_at, released_at) <= {{ as_of() }}, true) as is_course_begun,
        -- how long they could have started, and how long nothing has been seen of them
        case
            when enrolled_at is not null
                then {{ calendar_days('greatest(enrolled_at, starts_at, released_at)', as_of()) }}
        end as days_enrolled,
        {{ calendar_days('greatest(last_present_at, starts_at, released_at)', as_of()) }} as days_silent,
        -- without page views and visits (not fetched, or the course has none) silence says nothing
        bool_or(is_learner and is_seen_visiting) over (partition by course_id) as is_silence_telling
    from dated
)

select * from final
