-- Grain: one row per course_id, cohort_month and day (since enrollment) on which a learner completed, left, or had got
-- to by `as_of`.
-- Leaving competes with completing: who has left will not complete, who is still there may. The cumulative incidences
-- of Aalen and Johansen say which share completes, Kaplan and Meier's estimate which share would if nobody left.
-- Left out: auditors, who do not aim to complete; learners without an enrollment date, enrolled after `as_of`, or
-- completed without a date.
with learner_enrollments as (
    select
        course_id,
        cohort_month,
        enrolled_at,
        case when is_completed and completed_at <= {{ as_of() }} then completed_at end as completed_at,
        -- a leaver without a date left when last active
        case when has_left then coalesce(unenrolled_at, last_active_at, enrolled_at) end as left_at
    from {{ ref('fct_enrollments') }}
    where
        is_learner
        and (is_enrolled_learner or has_left)
        and enrolled_at <= {{ as_of() }}
        and not (is_completed and completed_at is null)
),

-- who has left before as_of is out from then on, whatever came later; a completion of the same day came first
ended as (
    select
        course_id,
        cohort_month,
        enrolled_at,
        case
            when left_at < {{ as_of() }} and coalesce({{ calendar_days('left_at', 'completed_at') }} > 0, true)
                then 'left'
            when completed_at is not null then 'completed'
            else 'censored'
        end as ending,
        completed_at,
        left_at
    from learner_enrollments
),

durations as (
    select
        course_id,
        cohort_month,
        ending,
        greatest(
            case ending
                when 'left' then {{ calendar_days('enrolled_at', 'left_at') }}
                when 'completed' then {{ calendar_days('enrolled_at', 'completed_at') }}
                else {{ calendar_days('enrolled_at', as_of()) }}
            end,
            0
        ) as day
    from ended
),

by_day as (
    select
        course_id,
        cohort_month,
        day,
        count(*) as ended_learner_count,
        count(*) filter (where ending = 'completed') as completed_learner_count,
        count(*) filter (where ending = 'left') as left_learner_count,
        count(*) filter (where ending = 'censored') as censored_learner_count
    from durations
    group by course_id, cohort_month, day
),

at_risk as (
    select
        *,
        cast(sum(ended_learner_count) over (
            partition by course_id, cohort_month
            order by day desc
        ) as bigint) as at_risk_learner_count
    from by_day
),

-- the shares of a cohort that are still there as a day begins, with leaving and without
surviving as (
    select
        *,
        coalesce({{ product_over(
            '(at_risk_learner_count - completed_learner_count - left_learner_count)
            / cast(at_risk_learner_count as double)',
            'earlier_days',
        ) }}, 1) as still_there_ratio,
        {{ product_over(
            '(at_risk_learner_count - completed_learner_count) / cast(at_risk_learner_count as double)', 'days_so_far',
        ) }} as none_left_ratio
    from at_risk
    window
        earlier_days as (
            partition by course_id, cohort_month
            order by day asc
            rows between unbounded preceding and 1 preceding
        ),
        days_so_far as (
            partition by course_id, cohort_month
            order by day asc
            rows between unbounded preceding and current row
        )
),

estimated as (
    select
        *,
        sum(still_there_ratio * completed_learner_count / at_risk_learner_count) over days_so_far
            as completed_by_day_ratio,
        sum(still_there_ratio * left_learner_count / at_risk_learner_count) over days_so_far as left_by_day_ratio,
        1 - none_left_ratio as completed_if_none_left_ratio
    from surviving
    window days_so_far as (
        partition by course_id, cohort_month
        order by day asc
        rows between unbounded preceding and current row
    )
),

final as (
    select
        course_id,
        cohort_month,
        day,
        at_risk_learner_count,
        completed_learner_count,
        left_learner_count,
        censored_learner_count,
        -- the last digits of sums and products of fractions are noise
        round(completed_by_day_ratio, 12) as completed_by_day_ratio,
        round(left_by_day_ratio, 12) as left_by_day_ratio,
        round(completed_if_none_left_ratio, 12) as completed_if_none_left_ratio
    from estimated
)

select * from final
