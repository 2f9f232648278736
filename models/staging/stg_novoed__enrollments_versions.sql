{{ stage_versions('enrollments') }}
