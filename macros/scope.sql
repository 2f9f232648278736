{#-
    A data set's latest versions with the reason why each is out of scope, or `in_scope`. Users are matched on user_id
    and institution_id, courses on course_id.

    `answers_to` names what the data set's columns allow it to answer to: user, course, activity, page.
-#}
{% macro scope(data_set, answers_to) -%}
with records as (
    select * from {{ ref('stg_novoed__' ~ data_set) }}
),

final as (
    select
        records.*,
        {{ scope_reason(answers_to) }} as scope_reason
    from records
    {%- if 'user' in answers_to %}
    left join {{ ref('int_users_scoped') }} as users
        on records.user_id = users.user_id
        and records.institution_id = users.institution_id
    {%- endif %}
    {%- if 'course' in answers_to %}
    left join {{ ref('int_courses_scoped') }} as courses
        on records.course_id = courses.course_id
    {%- endif %}
    {%- if 'activity' in answers_to %}
    left join {{ ref('stg_novoed__course_activities') }} as activities
        on records.activity_id = activities.activity_id
        and records.activity_type = activities.activity_type
    {%- endif %}
    {%- if 'page' in answers_to %}
    left join {{ ref('stg_novoed__lecture_pages') }} as pages
        on records.lecture_page_id = pages.lecture_page_id
    {%- endif %}
)

select * from final
{%- endmacro %}
