{#- Whether a var's value is a list, empty or not, of texts that all match a regular expression as a whole. -#}
{% macro is_list_of_texts(value, pattern) -%}
    {%- set others = [] -%}
    {%- if value is string or value is mapping or value is not iterable -%}
        {%- do others.append(value) -%}
    {%- else -%}
        {%- for text in value if text is not string or not modules.re.fullmatch(pattern, text) -%}
            {%- do others.append(text) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(others | length == 0) }}
{%- endmacro %}
