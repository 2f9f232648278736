-- The marts that have a data set's grain hold exactly as many rows as audit.row_accounting calls in scope.
{%- set marts = [
    ('users', 'dim_users'),
    ('courses', 'dim_courses'),
    ('lecture_pages', 'dim_lecture_pages'),
    ('course_activities', 'dim_activities'),
    ('user_activities', 'fct_activity_attempts'),
    ('enrollments', 'fct_enrollments'),
] %}
with
{%- for data_set, mart in marts %}
{{ mart }}_rows as (
    select '{{ data_set }}' as data_set, '{{ mart }}' as mart, count(*) as row_count from {{ ref(mart) }}
),
{% endfor %}
mart_rows as (
    {%- for _, mart in marts %}
    select data_set, mart, row_count from {{ mart }}_rows
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

in_scope as (
    select
        data_set,
        row_count
    from {{ ref('row_accounting') }}
    where reason = 'in_scope'
)

select
    mart_rows.mart,
    mart_rows.row_count as mart_row_count,
    in_scope.row_count as in_scope_row_count
from mart_rows
left join in_scope
    on mart_rows.data_set = in_scope.data_set
where mart_rows.row_count is distinct from in_scope.row_count
