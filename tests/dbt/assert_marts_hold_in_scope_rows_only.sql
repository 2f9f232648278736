-- The marts that have a data set's grain hold exactly its keys that are in scope, none more, none less. Compared by how
-- many there are and by the sum of their fingerprints: two sets that differ have the same sum with odds of 1 in 10^19.
{%- set marts = [
    ('users', 'dim_users', ['user_id', 'institution_id']),
    ('courses', 'dim_courses', ['course_id']),
    ('lecture_pages', 'dim_lecture_pages', ['lecture_page_id']),
    ('course_activities', 'dim_activities', ['activity_id', 'activity_type']),
    ('user_activities', 'fct_activity_attempts', ['user_id', 'activity_id', 'activity_type', 'outcome_id']),
    ('enrollments', 'fct_enrollments', ['enrollment_id']),
    ('lecture_page_views', 'fct_lecture_page_views', ['user_id', 'lecture_page_id']),
] %}
{%- set selects = [] %}
{%- for data_set, mart, key in marts %}
    {%- set differing %}
    select
        '{{ mart }}' as mart,
        in_scope.row_count as in_scope_count,
        in_mart.row_count as mart_count
    from (
        select
            count(*) as row_count,
            sum(cast({{ fingerprint(key) }} as decimal(38, 0))) as fingerprint_sum
        from (
            select {{ 'distinct ' if data_set == 'lecture_page_views' }}{{ key | join(', ') }}
            from {{ ref('int_' ~ data_set ~ '_scoped') }}
            where scope_reason = 'in_scope'
            {%- if data_set == 'lecture_page_views' %}
                -- an unknown kind of visit is not a view
                and visit_type in ('First', 'Last')
            {%- endif %}
        ) as in_scope_keys
    ) as in_scope
    cross join (
        select
            count(*) as row_count,
            sum(cast({{ fingerprint(key) }} as decimal(38, 0))) as fingerprint_sum
        from {{ ref(mart) }}
    ) as in_mart
    where in_scope.row_count <> in_mart.row_count or in_scope.fingerprint_sum <> in_mart.fingerprint_sum
    {%- endset %}
    {%- do selects.append(differing) %}
{%- endfor %}
{{ union_all(selects) }}
