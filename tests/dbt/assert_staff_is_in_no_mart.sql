-- No person of dim_users has an email of an excluded domain, written in whatever case and with whatever blanks.
select user_id, institution_id
from {{ ref('dim_users') }}
where
    {%- for domain in var('excluded_email_domains') %}
    {{ 'or ' if not loop.first }}ends_with(lower(trim(email)), '@{{ domain | trim | lower }}')
    {%- else %}
    false
    {%- endfor %}
