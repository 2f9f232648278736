{%- set columns = [('id', 'id', 'id'), ('flag', 'boolean', 'record_deleted'), ('name', 'text', 'name'), ('gone', 'id', none)] %}
with cases as (
    select
        case when id in ('1', '2') then cast(id as bigint) end as id,
        id as {{ raw_text('id') }},
        {{ to_boolean('flag') }} as flag,
        flag as {{ raw_text('flag') }},
        cast(null as string) as name,
        'n' as {{ raw_text('name') }}
    from {{ listed('id', ['1', '2', '1.5', '', ' \u3000', "it's", 'İ', none]) }}
    cross join {{ listed('flag', ['true', 'no', 'maybe', ' ', none]) }}
)

select
    {{ raw_text('id') }} as input,
    {{ raw_text('flag') }} as flag,
    {{ unreadable_cells(columns) }} as answer,
    coalesce({{ unreadable_cells([('name', 'text', 'name')]) }}, {{ unreadable_cells(columns) }}) as none_before_it
from cases
