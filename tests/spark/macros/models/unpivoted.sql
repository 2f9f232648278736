with cases as (
    select
        input as id,
        cast(length(input) as bigint) as number,
        input as {{ adapter.quote('as it came') }},
        nullif(input, '') as {{ adapter.quote('größe') }},
        cast(null as string) as never_filled
    from {{ listed('input', ['a', '', ' b', none]) }}
),

final as (
    {{ unpivoted('cases', ['id', 'number'], ['id', 'number', 'as it came', 'größe', 'never_filled']) }}
)

select * from final
