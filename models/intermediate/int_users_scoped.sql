-- Grain: one row per user_id and institution_id, with the reason why the person is out of scope or `in_scope`.
-- Left out of nothing yet. The platform's own staff is told by the domain of the email, compared clean; no email
-- excludes nobody.
with users as (
    select
        *,
        {{ lowered(to_clean_text('email')) }} as compared_email
    from {{ ref('stg_novoed__users') }}
),

final as (
    select
        users.* {{ without(['compared_email']) }},
        case
            when users.is_deleted then 'deleted'
            {%- for domain in (var('excluded_email_domains') if execute else []) %}
            {%- set ending = '@' ~ (domain | lower) %}
            when right(users.compared_email, {{ ending | length }}) = '{{ ending }}' then 'excluded_user'
            {%- endfor %}
            else 'in_scope'
        end as scope_reason
    from users
)

select * from final
