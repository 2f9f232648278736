{{ config(materialized="view") }}
{{ stage('enrollments') }}
