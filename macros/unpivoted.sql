{#-
    The rows of `relation` in long form: a row per column that is not one of `kept`, whichever columns there are, with its
    name as `attribute` and its content as `value`; beside them one row without an attribute (NULL), so that none of
    `relation` gets lost. All columns but the kept ones are text. An empty cell (NULL) has no row.
-#}
{% macro unpivoted(relation, kept, columns) -%}
    {{ adapter.dispatch('unpivoted')(relation, kept, columns) }}
{%- endmacro %}

{% macro default__unpivoted(relation, kept, columns) -%}
    select
        {{ kept | join(',\n        ') }},
        -- no header makes a name with a blank
        nullif(attribute, 'no attribute') as attribute,
        value
    from (select *, '' as "no attribute" from {{ relation }})
    unpivot (value for attribute in (* exclude ({{ kept | join(', ') }})))
{%- endmacro %}

{#- there the columns are named -#}
{% macro spark__unpivoted(relation, kept, columns) -%}
    select
        {{ kept | join(',\n        ') }},
        cell.attribute,
        cell.value
    from (
        select
            {{ kept | join(',\n            ') }},
            explode(array(
                named_struct('attribute', cast(null as string), 'value', '')
                {%- for column in columns if column not in kept %},
                named_struct('attribute', {{ text_literal(column) }}, 'value', {{ adapter.quote(column) }})
                {%- endfor %}
            )) as cell
        from {{ relation }}
    ) as cells
    where cell.value is not null
{%- endmacro %}
