{#-
    The columns that identify a record, by staging name.
    Source: the platform's data dictionary. The question sets have no published key: there the whole record is.
-#}
{% macro novoed_keys(data_set) %}
    {% set keys = {
        'users': ['user_id', 'institution_id'],
        'courses': ['course_id'],
        'enrollments': ['enrollment_id'],
        'lecture_pages': ['lecture_page_id'],
        'course_activities': ['activity_id', 'activity_type'],
        'user_activities': ['user_id', 'activity_id', 'activity_type', 'outcome_id'],
        'lecture_page_views': ['user_id', 'lecture_page_id', 'visit_type'],
        'user_org_roles': ['user_id', 'institution_id'],
    } %}
    {{ return(keys[data_set]) }}
{% endmacro %}
