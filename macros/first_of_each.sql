{#-
    Of the rows of `relation` that agree in `columns` (NULL agrees with NULL), the first in `order_by`.

    Only rows that share a fingerprint with another are sorted: the question sets have millions of wide records and
    hardly one that is there twice, and sorting them all takes minutes. Spark sorts them in parallel.
-#}
{% macro first_of_each(relation, columns, order_by) -%}
    {{ adapter.dispatch('first_of_each')(relation, columns, order_by) }}
{%- endmacro %}

{% macro default__first_of_each(relation, columns, order_by) -%}
    {%- set rows_print = fingerprint(columns) -%}
    with repeated as (
        select {{ rows_print }} as fingerprint
        from {{ relation }}
        group by all
        having count(*) > 1
    )

    select *
    from {{ relation }}
    where {{ rows_print }} not in (select fingerprint from repeated)

    union all

    select *
    from {{ relation }}
    where {{ rows_print }} in (select fingerprint from repeated)
    qualify row_number() over (
        partition by {{ columns | join(', ') }}
        order by {{ order_by }}
    ) = 1
{%- endmacro %}

{% macro spark__first_of_each(relation, columns, order_by) -%}
    select *
    from {{ relation }}
    qualify row_number() over (
        partition by {{ columns | join(', ') }}
        order by {{ order_by }}
    ) = 1
{%- endmacro %}
