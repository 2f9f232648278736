select
    input,
    {{ trimmed('input') }} as answer,
    {{ trimmed('input') }} = '' as is_blank
from {{ listed('input', var('texts')) }}
