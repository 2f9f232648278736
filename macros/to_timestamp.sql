{#-
    A UTC timestamp: a date (midnight), or a date and a time with T or a blank between, with or without seconds and
    fractions (cut to microseconds), and with Z, UTC or an offset; without a zone it is UTC.

    An offset must go through timestamptz: a plain cast to timestamp drops it without a word.
-#}
{% macro to_timestamp(column) -%}
    {%- set value = 'upper(' ~ to_text(column) ~ ')' -%}
    {#- any year but 0, which no calendar has -#}
    {%- set year = '([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)' -%}
    {%- set date = year ~ '-[0-9]{2}-[0-9]{2}' -%}
    {%- set time = '[ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?' -%}
    case
        -- as the platform prints them; the other branches cost four times as much
        when regexp_full_match({{ column }}, '{{ date }}[ T]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z| UTC)?')
            then try_cast({{ column }} as timestamp)
        when regexp_full_match({{ value }}, '{{ date }}({{ time }}( ?(Z|UTC))?)?')
            then try_cast(rtrim({{ value }}, ' ZUTC') as timestamp)
        when regexp_full_match({{ value }}, '{{ date }}{{ time }} ?[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?')
            -- an offset may lead out of the calendar at either end
            and left({{ value }}, 4) not in ('0001', '9999')
            then timezone('UTC', try_cast(
                -- the cast wants no blank before the offset, and seconds
                regexp_replace(regexp_replace({{ value }}, ' ([+-])', '\1'), '^(.{16})([+-])', '\1:00\2') as timestamptz
            ))
    end
{%- endmacro %}
