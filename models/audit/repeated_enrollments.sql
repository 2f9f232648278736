-- Grain: one row per user_id, institution_id and course_id with more than one enrollment in scope, though the
-- platform's article calls user_id and course_id unique. Healthy when empty. Each enrollment counts in the marts, with
-- the same attempts: such a person counts as two learners.
with enrollments as (
    select * from {{ ref('fct_enrollments') }}
),

final as (
    select
        user_id,
        institution_id,
        course_id,
        count(*) as enrollment_count,
        count(*) filter (where is_enrolled_learner) as enrolled_learner_count
    from enrollments
    group by user_id, institution_id, course_id
    having count(*) > 1
)

select * from final
