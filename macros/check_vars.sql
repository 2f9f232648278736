{#-
    Stops the build with one sentence when a var is of an unknown name, of the wrong kind or out of range, so that no
    number is computed with a setting that cannot be meant, and none is ignored without a word.

    An on-run-start hook: dbt renders it when it parses the project, too, so every command passes here.
-#}
{% macro check_vars() -%}
    {%- do prepare_engine() -%}
    {%- set takes = var_meanings() -%}
    {%- for name in var_names_given() if name not in takes -%}
        {{ exceptions.raise_compiler_error(
            'There is no var ' ~ name ~ '. The vars of dbt_project.yml are: ' ~ takes | join(', ') ~ '.'
        ) }}
    {%- endfor -%}

    {%- for name, meaning in takes.items() -%}
        {%- set value = var(name, none) -%}
        {%- if name == 'as_of' -%}
            {%- set is_meant = is_moment(value) -%}
        {%- elif name == 'reporting_timezone' -%}
            {%- set is_meant = value is string and value in modules.pytz.all_timezones_set -%}
        {%- elif name == 'watch_threshold' -%}
            {%- set is_meant = value is number and value is not boolean and 0 < value <= 1 -%}
        {%- elif name == 'item_attempt' -%}
            {%- set is_meant = value is string and value in ['first', 'last'] -%}
        {%- elif name == 'excluded_email_domains' -%}
            {%- set is_meant = is_list_of_texts(value, '[^@*\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+') -%}
        {%- elif name == 'single_choice_question_types' -%}
            {%- set is_meant = is_list_of_texts(value, '(?s).*\\S.*') -%}
        {%- elif name == 'timestamp_formats' -%}
            {%- set is_meant = is_list_of_texts(value, '(?s)(?=.*%)([^%]|%[aAbBcdfgGhHIjmMnpSuUVwWxXyYzZ%]|%-[dHIjmMSy])+') -%}
        {%- elif name in ['metric_attribute', 'metric_course_attribute'] -%}
            {%- set is_meant = value is string and value == value | lower and modules.re.fullmatch('\\w+', value) -%}
        {%- elif name.endswith('_ratio') -%}
            {%- set is_meant = value is number and value is not boolean and 0 <= value <= 1 -%}
        {%- else -%}
            {%- set is_meant = value is integer and value >= 0 -%}
        {%- endif -%}
        {%- if not is_meant -%}
            {{ exceptions.raise_compiler_error('The var ' ~ name ~ ' takes ' ~ meaning ~ ', not ' ~ tojson(value, value) ~ '.') }}
        {%- endif -%}
    {%- endfor -%}

    {#- ISO dates are always read, month first. -#}
    {%- set orders = {('%Y-', '-'): ('%Y-%m-%d', 'm')} -%}
    {%- for format in var('timestamp_formats', []) -%}
        {%- for year, order, separator in modules.re.findall('(%Y[^%]*)?%-?([dm])([^%]*)%-?[dm]', format) -%}
            {%- set place = (year, separator) -%}
            {%- if orders.get(place, (format, order))[1] != order -%}
                {{ exceptions.raise_compiler_error(
                    'The var timestamp_formats has ' ~ format ~ ' beside ' ~ orders[place][0] ~ ': nobody can tell'
                    ~ ' the day from the month in what fits both. Keep the one that your files have.'
                ) }}
            {%- endif -%}
            {%- do orders.update({place: (format, order)}) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
