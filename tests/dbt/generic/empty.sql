{#- The model has no rows: what it names does not occur. -#}
{% test empty(model) %}
select * from {{ model }}
{% endtest %}
