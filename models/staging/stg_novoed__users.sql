{{ config(materialized="view") }}
{{ stage('users') }}
