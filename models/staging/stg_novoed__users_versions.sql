{{ stage_versions('users') }}
