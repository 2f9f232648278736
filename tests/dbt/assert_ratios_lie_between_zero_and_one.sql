-- Every _ratio of the marts, and a question's difficulty, is NULL or between 0 and 1.
{%- set ratios = [
    ('fct_requirement_fulfillments', 'progress_ratio'),
    ('fct_enrollments', 'fulfillment_ratio'),
    ('fct_course_completions', 'completion_ratio'),
    ('fct_course_completions', 'on_time_completion_ratio'),
    ('fct_course_completions', 'mean_fulfillment_ratio'),
    ('fct_completion_cohorts', 'completion_ratio'),
    ('fct_lecture_page_funnel', 'reach_ratio'),
    ('fct_completion_agreement', 'disagreement_ratio'),
    ('fct_question_items', 'difficulty'),
    ('fct_question_options', 'chosen_ratio'),
    ('fct_time_to_complete', 'completed_by_day_ratio'),
    ('fct_time_to_complete', 'left_by_day_ratio'),
    ('fct_time_to_complete', 'completed_if_none_left_ratio'),
] %}
{%- for mart, ratio in ratios %}
select '{{ mart }}' as mart, '{{ ratio }}' as ratio, {{ ratio }} as value
from {{ ref(mart) }}
where {{ ratio }} is not null and not ({{ ratio }} between 0 and 1)
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
