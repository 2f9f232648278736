with cases as (
    select
        key,
        kind,
        load as _loaded_at,
        'b.csv' as _source_file,
        load as _source_row,
        nullif(load, '1') as updated_at
    from {{ listed('key', ['a', 'A', 'a ', '', 'é', 'e\u0301', none]) }}
    cross join {{ listed('kind', ['x', '', none]) }}
    cross join {{ listed('load', ['1', '2', '10']) }}
),

final as (
    {{ first_of_each('cases', ['key', 'kind'], latest_first()) }}
)

select * from final
