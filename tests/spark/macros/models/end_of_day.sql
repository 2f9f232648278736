select
    day,
    {%- for zone in var('zones') %}
    {{ adapter.dispatch('moment_before')(zone, "cast(day as timestamp) + interval '1' day") }}
        as {{ zone | lower | replace('/', '_') }},
    {%- endfor %}
    {{ end_of_day('cast(day as date)') }} as answer
from {{ listed('day', var('days')) }}
-- a day that Apia's calendar does not have
where day <> '2011-12-30'
