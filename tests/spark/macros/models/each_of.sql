with cases as (
    select
        'one' as number,
        {{ text_list(['İ', "it's", 'back\\slash', '']) }} as texts

    union all

    select
        'empty' as number,
        {{ text_list([]) }} as texts

    union all

    select
        'none' as number,
        nullif({{ text_list(['a']) }}, {{ text_list(['a']) }}) as texts
)

select
    number,
    {{ each_of('texts') }} as answer
from cases
