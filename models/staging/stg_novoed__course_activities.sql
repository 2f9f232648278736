{{ stage('course_activities') }}
