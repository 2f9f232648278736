-- Every column of a mart that ends in _ratio is NULL or between 0 and 1, and so are a question's facility and an option's
-- mean rest. A page's drop_ratio is not: it is below 0 where a page has more viewers than the one before.
{%- set marts = [
    'fct_completion_agreement', 'fct_completion_cohorts', 'fct_course_completions', 'fct_enrollments',
    'fct_lecture_page_funnel', 'fct_question_items', 'fct_question_options', 'fct_requirement_bottlenecks',
    'fct_requirement_fulfillments', 'fct_time_to_complete',
] %}
{%- set selects = [] %}
{%- for mart in marts %}
    {%- set relation = ref(mart) %}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='name') if execute else [] %}
    {%- for column in columns if (column.endswith('_ratio') and column != 'drop_ratio') or column in ('facility', 'mean_rest') %}
        {%- set out_of_bounds %}
    select
        '{{ mart }}' as mart,
        '{{ column }}' as column_name,
        {{ column }} as value
    from {{ relation }}
    where {{ column }} is not null and not ({{ column }} between 0 and 1)
        {%- endset %}
        {%- do selects.append(out_of_bounds) %}
    {%- endfor %}
{%- endfor %}
{{ union_all(selects) }}
