{{ stage('user_org_roles') }}
