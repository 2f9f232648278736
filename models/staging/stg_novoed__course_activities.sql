{{ config(materialized="view") }}
{{ stage('course_activities') }}
