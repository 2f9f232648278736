{{ stage_versions('user_org_roles') }}
