{{ stage('lecture_pages') }}
