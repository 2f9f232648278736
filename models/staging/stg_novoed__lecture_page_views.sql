{{ stage('lecture_page_views') }}
