{#-
    A UTC timestamp: a date, or a date and a time with T or a blank between, with or without seconds and fractions (cut
    to microseconds), then Z, UTC, GMT or an offset, behind blanks or not; without a zone it is UTC. So whatever
    loader/moments.py takes for a timestamp is the same moment here. Further spellings are those of var
    `timestamp_formats`, the first that fits.

    A date without a time is midnight UTC, or with `is_closing` the last microsecond of that day where the reports are
    read: what closes on a day is open until its end.
    Outside of the years 2000 to 2099 (UTC) it is a placeholder and not a date: NULL, unless `any_year` is asked for.
-#}
{% macro to_timestamp(column, is_closing=false, any_year=false) -%}
    {%- set text = trimmed(column) -%}
    {%- set value = 'upper(' ~ text ~ ')' -%}
    {%- set blanks = white_space(as_class=true) ~ '*' -%}
    {#- an offset may lead into the century from the day before it or the day after -#}
    {%- set year = '[0-9]{4}' if any_year else '(1999|20[0-9]{2}|2100)' -%}
    {%- set date = year ~ '-[0-9]{2}-[0-9]{2}' -%}
    {%- set hour = '([01][0-9]|2[0-3])' -%}
    {%- set time = '[ T]' ~ hour ~ ':[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?' -%}
    {%- set utc = blanks ~ '(Z|UTC|GMT)?' -%}
    {%- set offset = blanks ~ '[+-]' ~ hour ~ '(:?[0-5][0-9])?' -%}
    {%- set as_printed = '20[0-9]{2}-[0-9]{2}-[0-9]{2}[ T]' ~ hour ~ ':[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z| UTC)?' -%}
    {%- set moment -%}
            case
                {%- if is_closing %}
                when {{ matches(value, date ~ '(' ~ utc ~ '|' ~ offset ~ ')') }}
                    then {{ end_of_day('try_cast(left(' ~ value ~ ', 10) as date)') }}
                {%- endif %}
                when {{ matches(value, date ~ '(' ~ time ~ ')?' ~ utc) }}
                    then {{ printed_timestamp(replaced('replace(' ~ value ~ ", ',', '.')", blanks ~ '[A-Z]*$', '')) }}
                when {{ matches(value, date ~ '(' ~ time ~ ')?' ~ offset) }}
                    then {{ printed_timestamp_with_offset('replace(' ~ value ~ ", ',', '.')") }}
                {%- for format in (var('timestamp_formats') if execute else []) %}
                {%- set moment = timestamp_of_format(text, format) %}
                {%- set has_time = modules.re.search('%-?[HIcTX]', format) %}
                when {{ moment }} is not null
                    then {{ end_of_day('cast(' ~ moment ~ ' as date)') if is_closing and not has_time else moment }}
                {%- endfor %}
            end
    {%- endset -%}
    case
        -- as the platform prints them; the other branches cost several times as much
        when {{ matches(column, as_printed) }} then {{ printed_timestamp(column) }}
        when {{ column }} is not null then {{ kept_if(
            moment,
            'moment',
            'true' if any_year else "moment >= timestamp '2000-01-01' and moment < timestamp '2100-01-01'",
        ) }}
    end
{%- endmacro %}
