{{ stage_versions('courses') }}
