with cases as (
    select
        input,
        'left out' as one,
        'left out' as {{ adapter.quote('two words') }}
    from {{ listed('input', ['a']) }}
)

select * {{ without(['one', adapter.quote('two words')]) }}
from cases
