select
    input,
    {%- for format in var('formats') %}
    {{ timestamp_of_format(trimmed('input'), format) }} as format_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ listed('input', var('formatted')) }}
