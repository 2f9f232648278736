select
    moment,
    {%- for zone in var('zones') %}
    {{ in_zone(zone, 'cast(moment as timestamp)') }} as {{ zone | lower | replace('/', '_') }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ listed('moment', var('timestamps')) }}
