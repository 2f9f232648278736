-- The marts that have a data set's grain hold exactly its keys that are in scope, none more, none less.
{%- set marts = [
    ('users', 'dim_users', 'user_id, institution_id'),
    ('courses', 'dim_courses', 'course_id'),
    ('lecture_pages', 'dim_lecture_pages', 'lecture_page_id'),
    ('course_activities', 'dim_activities', 'activity_id, activity_type'),
    ('user_activities', 'fct_activity_attempts', 'user_id, activity_id, activity_type, outcome_id'),
    ('enrollments', 'fct_enrollments', 'enrollment_id'),
    ('lecture_page_views', 'fct_lecture_page_views', 'user_id, lecture_page_id'),
] %}
{%- set selects = [] %}
{%- for data_set, mart, key in marts %}
    {%- set in_scope %}
        select {{ key }}
        from {{ ref('int_' ~ data_set ~ '_scoped') }}
        where scope_reason = 'in_scope'
        {%- if data_set == 'lecture_page_views' %}
            -- an unknown kind of visit is not a view
            and visit_type in ('First', 'Last')
        {%- endif %}
    {%- endset %}
    {%- set in_mart %}
        select {{ key }}
        from {{ ref(mart) }}
    {%- endset %}
    {%- for problem, these, those in [('out of scope', in_mart, in_scope), ('missing', in_scope, in_mart)] %}
        {%- set differing %}
    select
        '{{ mart }}' as mart,
        '{{ problem }}' as problem,
        concat_ws(':', {{ key }}) as record_id
    from (
        {{ these }}

        except

        {{ those }}
    ) as differing
        {%- endset %}
        {%- do selects.append(differing) %}
    {%- endfor %}
{%- endfor %}
{{ union_all(selects) }}
