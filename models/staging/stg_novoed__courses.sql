{{ config(materialized="view") }}
{{ stage('courses') }}
