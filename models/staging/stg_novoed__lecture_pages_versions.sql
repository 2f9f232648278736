{{ stage_versions('lecture_pages') }}
