{#-
    A UTC timestamp: a date, or a date and a time with T or a blank between, with or without seconds and fractions (cut
    to microseconds), then Z, UTC, GMT or an offset, behind blanks or not; without a zone it is UTC. So whatever
    loader/moments.py takes for a timestamp is the same moment here. Further spellings are those of var
    `timestamp_formats`, the first that fits.

    A date without a time is midnight UTC, or with `is_closing` the last microsecond of that day where the reports are
    read: what closes on a day is open until its end.
    Outside of the years 2000 to 2099 (UTC) it is a placeholder and not a date: NULL, unless `any_year` is asked for.

    An offset must go through timestamptz: a plain cast to timestamp drops it without a word.
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
    case
        -- as the platform prints them; the other branches cost several times as much
        when regexp_full_match(
            {{ column }},
            '20[0-9]{2}-[0-9]{2}-[0-9]{2}[ T]{{ hour }}:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z| UTC)?'
        ) then try_cast({{ column }} as timestamp)
        when {{ column }} is not null then list_filter([
            case
                {%- if is_closing %}
                when regexp_full_match({{ value }}, '{{ date }}({{ utc }}|{{ offset }})')
                    then {{ end_of_day('try_cast(left(' ~ value ~ ', 10) as date)') }}
                {%- endif %}
                when regexp_full_match({{ value }}, '{{ date }}({{ time }})?{{ utc }}')
                    then try_cast(regexp_replace(replace({{ value }}, ',', '.'), '{{ blanks }}[A-Z]*$', '') as timestamp)
                when regexp_full_match({{ value }}, '{{ date }}({{ time }})?{{ offset }}') then timezone('UTC', try_cast(
                    -- the cast wants hours, minutes and seconds, and no blank before the offset
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(replace({{ value }}, ',', '.'), '{{ blanks }}([+-][0-9:]+)$', '\1'),
                            '^(.{10})([+-])', '\1 00:00\2'
                        ),
                        '^(.{16})([+-])', '\1:00\2'
                    ) as timestamptz
                ))
                {%- for format in (var('timestamp_formats') if execute else []) %}
                {%- set moment = 'try_strptime(' ~ text ~ ", '" ~ format | replace("'", "''") ~ "')" %}
                {%- set has_time = modules.re.search('%-?[HIcTX]', format) %}
                {#- try_strptime takes the words epoch and infinity, whatever the format, for 1900-01-01 #}
                when {{ moment }} is not null and regexp_matches({{ column }}, '[0-9]')
                    then
                        {%- if modules.re.search('%[zZ]', format) %} timezone('UTC', {{ moment }})
                        {%- elif is_closing and not has_time %} {{ end_of_day('cast(' ~ moment ~ ' as date)') }}
                        {%- else %} {{ moment }}
                        {%- endif %}
                {%- endfor %}
            end
        ], lambda moment: {{ 'true' if any_year else "moment >= timestamp '2000-01-01' and moment < timestamp '2100-01-01'" }})[1]
    end
{%- endmacro %}
