-- Grain: one row per user_id, institution_id and course_id with an attempt at an activity of the course, required or
-- not, learner or not. A repeated discussion or feedback adds its points up; of anything else the best attempt counts.
-- Added up as decimals, so that 0.7 and 0.1 reach 0.8.
with outcomes as (
    select * from {{ ref('int_learner_activity_outcomes') }}
),

final as (
    select
        user_id,
        institution_id,
        course_id,
        coalesce(sum({{ exact('points_received') }}), 0) as points_received,
        count(*) filter (where activity_type = 'Assignment' and submitted_attempt_count > 0)
            as assignment_submitted_count
    from outcomes
    group by user_id, institution_id, course_id
)

select * from final
