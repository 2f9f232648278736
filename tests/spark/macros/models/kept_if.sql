select
    input,
    {{ kept_if('input', 'it', "it > 'a'") }} as answer,
    {{ kept_if("coalesce(input, '?')", 'it', "it = '?' or it = input") }} as filled
from {{ listed('input', ['a', 'b', 'é', '', none]) }}
