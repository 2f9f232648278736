{{ stage('enrollments') }}
