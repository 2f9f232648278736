{#- Every combination of these columns stands in `to`. -#}
{% test relationship_combination(model, to, columns) %}
select distinct {{ columns | join(', ') }}
from {{ model }} as child
where not exists (
    select 1
    from {{ to }} as parent
    where {% for column in columns %}parent.{{ column }} = child.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
)
{% endtest %}
