-- Grain: one row per user_id and institution_id.
-- Left out: deleted people and the platform's own staff. Who has no org role has three times false.
with users as (
    select *
    from {{ ref('int_users_scoped') }}
    where scope_reason = 'in_scope'
),

org_roles as (
    select
        user_id,
        institution_id,
        -- commas at both ends, so that a role is found whole
        concat(',', org_admin_role, ',') as padded_roles
    from {{ ref('int_user_org_roles_scoped') }}
    where scope_reason = 'in_scope'
),

final as (
    select
        users.user_id,
        users.institution_id,
        {{ user_key('users') }} as user_key,
        users.email,
        users.first_name,
        users.last_name,
        users.external_id,
        users.headline,
        users.bio,
        coalesce(contains(org_roles.padded_roles, ',org_admin,'), false) as is_org_admin,
        coalesce(contains(org_roles.padded_roles, ',org_mentor,'), false) as is_org_mentor,
        coalesce(contains(org_roles.padded_roles, ',course_manager,'), false) as is_course_manager,
        users.created_at,
        users.last_active_at,
        users.updated_at
    from users
    left join org_roles
        on users.user_id = org_roles.user_id
        and users.institution_id = org_roles.institution_id
)

select * from final
