{{ config(materialized="view") }}
{{ stage('lecture_page_views') }}
