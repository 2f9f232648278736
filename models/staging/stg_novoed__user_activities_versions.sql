{{ stage_versions('user_activities') }}
