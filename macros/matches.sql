{#- Whether a text matches a regular expression as a whole. NULL stays NULL. -#}
{% macro matches(text, pattern) -%}
    {{ adapter.dispatch('matches')(text, pattern) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{#- \z, as $ also matches before a line end -#}
{% macro spark__matches(text, pattern) -%}
    {{ text }} rlike r'\A(?:{{ pattern }})\z'
{%- endmacro %}
