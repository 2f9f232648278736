{#-
    Unicode's White_Space: blanks of any width, line ends and tabs, as one text (for trim), or `as_class` as a character
    class of a regular expression.
-#}
{% macro white_space(as_class=false) -%}
    {%- set codes = [
        9, 10, 11, 12, 13, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, 8232,
        8233, 8239, 8287, 12288,
    ] -%}
    {%- if as_class -%}
        [{% for code in codes %}\x{{ '{%x}' % code }}{% endfor %}]
    {%- else -%}
        {{ adapter.dispatch('text_of_characters')(codes) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__text_of_characters(codes) -%}
    concat({% for code in codes %}chr({{ code }}){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- its chr() ends at 255 -#}
{% macro spark__text_of_characters(codes) -%}
    '{% for code in codes %}\u{{ '%04x' % code }}{% endfor %}'
{%- endmacro %}
