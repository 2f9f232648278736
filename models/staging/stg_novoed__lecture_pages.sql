{{ config(materialized="view") }}
{{ stage('lecture_pages') }}
