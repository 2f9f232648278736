{#- A text in lower case, one character for one: so comparing without regard to case is the same everywhere. -#}
{% macro lowered(text) -%}
    {{ adapter.dispatch('lowered')(text) }}
{%- endmacro %}

{% macro default__lowered(text) -%}
    lower({{ text }})
{%- endmacro %}

{#- Spark makes two characters of one, and looks whether a sigma ends a word -#}
{% macro spark__lowered(text) -%}
    lower(translate({{ text }}, 'İΣ', 'iσ'))
{%- endmacro %}
