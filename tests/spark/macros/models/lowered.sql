select
    input,
    {{ lowered('input') }} as answer
from {{ listed('input', var('texts') + var('upper_case')) }}
