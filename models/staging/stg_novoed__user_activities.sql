{{ stage('user_activities') }}
