{{ config(materialized="view") }}
{{ stage('user_org_roles') }}
