{#-
    The rows of `relation` in long form: a row per column that is not one of `kept`, whichever columns there are, with its
    name as `attribute` and its content as `value`; beside them one row without an attribute (NULL), so that none of
    `relation` gets lost. All columns but the kept ones are text. An empty cell (NULL) has no row.
-#}
{% macro unpivoted(relation, kept) -%}
    select
        {{ kept | join(',\n        ') }},
        -- no header makes a name with a blank
        nullif(attribute, 'no attribute') as attribute,
        value
    from (select *, '' as "no attribute" from {{ relation }})
    unpivot (value for attribute in (* exclude ({{ kept | join(', ') }})))
{%- endmacro %}
