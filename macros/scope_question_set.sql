{#-
    The same as `scope` for a question-set data set, whose columns the platform does not publish: it answers to users
    and courses only where its files say which (the column holds a value anywhere). Files without an institution are
    matched on user_id alone, since one API key is one institution.
-#}
{% macro scope_question_set(data_set, answers_to) -%}
with records as (
    select * from {{ ref('stg_novoed__' ~ data_set) }}
),

filled_columns as (
    select
        {%- if 'user' in answers_to %}
        count(user_id) > 0 as has_user_id,
        count(institution_id) > 0 as has_institution_id,
        {%- endif %}
        count(course_id) > 0 as has_course_id
    from {{ ref('stg_novoed__' ~ data_set) }}
),

{% if 'user' in answers_to -%}
-- matched_institution_id is NULL on both sides of the join where the files name no institution
users as (
    select
        users.*,
        case when filled_columns.has_institution_id then users.institution_id end as matched_institution_id
    from {{ ref('int_users_scoped') }} as users
    cross join filled_columns
    qualify row_number() over (
        partition by users.user_id, matched_institution_id
        order by users.institution_id
    ) = 1
),

{% endif -%}
final as (
    select
        records.*,
        {{ scope_reason(
            answers_to,
            unknown_user='filled_columns.has_user_id and users.user_id is null',
            unknown_course='filled_columns.has_course_id and courses.course_id is null',
        ) }} as scope_reason
    from records
    cross join filled_columns
    {%- if 'user' in answers_to %}
    left join users
        on records.user_id = users.user_id
        and records.institution_id is not distinct from users.matched_institution_id
    {%- endif %}
    left join {{ ref('int_courses_scoped') }} as courses
        on records.course_id = courses.course_id
)

select * from final
{%- endmacro %}
