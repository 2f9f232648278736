select
    input,
    {{ replaced('input', '[a-z]+', '<>') }} as words,
    {{ replaced('input', '(.)([^ ])', '\\2\\1') }} as swapped,
    {{ replaced('input', '^([+-]?[0-9]+)[.]0$', '\\1') }} as whole,
    {{ replaced('input', white_space(as_class=true) ~ '+', ' ') }} as blanks,
    {{ replaced('input', '[\\x{200b}-\\x{200f}]', '') }} as visible
from {{ listed('input', var('texts') + var('numbers')) }}
