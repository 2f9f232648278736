{{ stage_versions('course_activities') }}
