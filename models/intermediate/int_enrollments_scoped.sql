{{ config(materialized="table") }}
-- Grain: one row per enrollment_id, with the reason why it is out of scope or `in_scope`.
-- A table, as publish looks up where an enrollment went, in a copied database, too.
{{ scope('enrollments', answers_to=['user', 'course']) }}
