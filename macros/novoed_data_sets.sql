{#- The ten data sets, by the names of their tables in schema raw. -#}
{% macro novoed_data_sets() %}
    {{ return([
        'users', 'courses', 'enrollments', 'lecture_pages', 'course_activities', 'question_set_questions',
        'question_set_responses', 'user_activities', 'lecture_page_views', 'user_org_roles',
    ]) }}
{% endmacro %}
