{{ stage_versions('lecture_page_views') }}
