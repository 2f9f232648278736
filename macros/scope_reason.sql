{#-
    Why a record is out of scope, or `in_scope`. The first reason that applies counts, in the order written here.

    `answers_to` names what the data set answers to: user, course, activity, page. Each is joined under its plural
    (`users`, …) to `records`. `unknown_user` and `unknown_course` say when the joined one is missed.
-#}
{% macro scope_reason(
    answers_to, unknown_user='users.user_id is null', unknown_course='courses.course_id is null'
) -%}
        case
            when records.is_deleted then 'deleted'
            {%- if 'user' in answers_to %}
            when users.scope_reason = 'deleted' then 'deleted_user'
            when users.scope_reason = 'excluded_user' then 'excluded_user'
            when {{ unknown_user }} then 'unknown_user'
            {%- endif %}
            {%- if 'course' in answers_to %}
            when courses.scope_reason = 'sandbox_course' then 'sandbox_course'
            when {{ unknown_course }} then 'unknown_course'
            {%- endif %}
            {%- if 'activity' in answers_to %}
            when activities.is_deleted then 'deleted_activity'
            when activities.activity_id is null then 'unknown_activity'
            {%- endif %}
            {%- if 'page' in answers_to %}
            when pages.is_deleted then 'deleted_page'
            when pages.lecture_page_id is null then 'unknown_page'
            {%- endif %}
            else 'in_scope'
        end
{%- endmacro %}
