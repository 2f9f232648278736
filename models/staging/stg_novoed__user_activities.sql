{{ config(materialized="view") }}
{{ stage('user_activities') }}
