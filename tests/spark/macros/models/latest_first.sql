with cases as (
    select
        case when updated <> 'never' then cast(updated as timestamp) end as updated_at,
        cast('2024-06-20 03:00:00' as timestamp) as _loaded_at,
        file as _source_file,
        cast(number as bigint) as _source_row
    from {{ listed('updated', ['never', '2024-06-20 03:00:00', '2024-06-20 03:00:00.000001', '2024-06-19 23:59:59.999999']) }}
    cross join {{ listed('file', ['a.csv', 'A.csv', 'é.csv', 'z.csv', 'a-1.csv', 'a_1.csv', 'a 1.csv']) }}
    cross join {{ listed('number', ['1', '2', '10']) }}
)

select
    *,
    cast(row_number() over (order by {{ latest_first() }}) as bigint) as answer
from cases
