-- Nobody with an email of an excluded domain is in any mart that names people, however the email is written. The domain
-- is read here in another way than the models do it: as what follows the last @.
{%- set marts = [
    'dim_users', 'dim_user_attributes', 'fct_activity_attempts', 'fct_enrollments', 'fct_learner_active_days',
    'fct_lecture_page_views', 'fct_outstanding_requirements', 'fct_question_responses', 'fct_requirement_fulfillments',
] %}
{%- set selects = [] %}
{%- for mart in marts %}
    {%- set people %}
    select
        '{{ mart }}' as mart,
        user_id,
        institution_id
    from {{ ref(mart) }}
    {%- endset %}
    {%- do selects.append(people) %}
{%- endfor %}
with named_people as (
    {{ union_all(selects) }}
),

staff as (
    select
        user_id,
        institution_id
    from {{ ref('stg_novoed__users') }}
    where split_part({{ lowered(to_clean_text('email')) }}, '@', -1) in (
        -- no domain, nobody
        ''
        {%- for domain in (var('excluded_email_domains') if execute else []) -%}
        , '{{ domain | lower }}'
        {%- endfor -%}
    )
    and email like '%@%'
)

select distinct
    named_people.mart,
    named_people.user_id,
    named_people.institution_id
from named_people
inner join staff
    on named_people.user_id = staff.user_id
    -- files of responses may name no institution
    and coalesce(named_people.institution_id, staff.institution_id) = staff.institution_id
