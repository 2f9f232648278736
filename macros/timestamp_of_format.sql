{#- The UTC timestamp that a text prints in one of the strptime formats of var `timestamp_formats`; NULL if it does not. -#}
{% macro timestamp_of_format(text, format) -%}
    {{ adapter.dispatch('timestamp_of_format')(text, format) }}
{%- endmacro %}

{#- try_strptime takes the words epoch and infinity, whatever the format, for 1900-01-01 -#}
{% macro default__timestamp_of_format(text, format) -%}
    {%- set moment = 'try_strptime(' ~ text ~ ', ' ~ text_literal(format) ~ ')' -%}
    {%- if modules.re.search('%[zZ]', format) -%} {%- set moment = "timezone('UTC', " ~ moment ~ ')' -%} {%- endif -%}
    case when regexp_matches({{ text }}, '[0-9]') then {{ moment }} end
{%- endmacro %}

{#-
    Read as DuckDB reads it: a number takes as many digits as it can, a blank stands for any number of them, and what the
    format does not say is that of 1900-01-01 00:00.
-#}
{% macro spark__timestamp_of_format(text, format) -%}
    {%- set month_names = '((?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)' -%}
    {%- set patterns = {
        'Y': '([0-9]{1,4}+)', 'f': '([0-9]{1,6}+)', 'p': '((?i)am|pm)', 'z': '([+-][0-9]{2}(?::?[0-9]{2})?)',
        'b': month_names, 'B': month_names ~ '(?i:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|(?<=may)|(?<=jun)e'
            ~ '|(?<=jul)y|(?<=aug)ust|(?<=sep)tember|(?<=oct)ober|(?<=nov)ember|(?<=dec)ember)',
    } -%}
    {%- for letter in 'ymdHIMS' -%} {%- do patterns.update({letter: '([0-9]{1,2}+)'}) -%} {%- endfor -%}
    {%- set pattern, letters = [], [] -%}
    {%- for letter, other in modules.re.findall('(?s)%-?(.)|([^%])', format) -%}
        {%- if letter in patterns -%}
            {%- do pattern.append(patterns[letter]) -%}
            {%- do letters.append(letter) -%}
        {%- elif letter and letter != '%' -%}
            {{ exceptions.raise_compiler_error(
                'The var timestamp_formats has ' ~ format ~ ', and %' ~ letter ~ ' is not read on Spark. What is: %'
                ~ patterns | join(', %') ~ '.'
            ) }}
        {%- else -%}
            {%- do pattern.append('\\s+' if other.isspace() and pattern[-1:] != ['\\s+'] else '' if other.isspace() else modules.re.escape(other or '%')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set pattern = text_literal('\\A' ~ pattern | join ~ '\\z') -%}
    {%- set parts = {'Y': '1900', 'm': '1', 'd': '1', 'H': '0', 'M': '0', 'S': '0', 'f': '0'} -%}
    {%- for letter in letters -%}
        {%- set taken = 'regexp_extract(' ~ text ~ ', ' ~ pattern ~ ', ' ~ loop.index ~ ')' -%}
        {%- set number = 'try_cast(' ~ taken ~ ' as integer)' -%}
        {%- if letter in 'bB' -%}
            {%- do parts.update({'m': "(locate(lower(" ~ taken ~ "), 'janfebmaraprmayjunjulaugsepoctnovdec') + 2) div 3"}) -%}
        {%- elif letter == 'y' -%}
            {%- do parts.update({'Y': number ~ ' + if(' ~ number ~ ' < 69, 2000, 1900)'}) -%}
        {%- elif letter == 'f' -%}
            {%- do parts.update({'f': 'try_cast(rpad(' ~ taken ~ ", 6, '0') as integer)"}) -%}
        {%- elif letter in 'pz' -%}
            {%- do parts.update({letter: taken}) -%}
        {%- else -%}
            {%- do parts.update({letter: number}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if 'I' in parts or 'p' in parts -%}
        {%- set hour, first = (parts['I'], 1) if 'I' in parts else (parts['H'], 0) -%}
        {%- set afternoon = 'if(lower(' ~ parts['p'] ~ ") = 'pm', 12, 0)" if 'p' in parts else '0' -%}
        {%- do parts.update({'H': 'if(' ~ hour ~ ' between ' ~ first ~ ' and 12, ' ~ hour ~ ' % 12 + ' ~ afternoon ~ ', null)'}) -%}
    {%- endif -%}
    {%- set moment -%}
        try_make_timestamp_ntz(
            {{ parts['Y'] }}, {{ parts['m'] }}, {{ parts['d'] }}, {{ parts['H'] }}, {{ parts['M'] }},
            if({{ parts['S'] }} < 60, {{ parts['S'] }} + {{ parts['f'] }} / cast(1000000 as decimal(7)), null)
        )
    {%- endset -%}
    case
        when {{ text }} rlike {{ pattern }}
            then {{ spark__less_offset(moment, parts['z']) if 'z' in parts else moment }}
    end
{%- endmacro %}
