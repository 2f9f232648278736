{#- One number for the values of these columns, NULL counted as a value: rows that agree share it, others hardly ever. -#}
{% macro fingerprint(columns) -%}
    {{ adapter.dispatch('fingerprint')(columns | join(', ')) }}
{%- endmacro %}

{% macro default__fingerprint(columns) -%}
    hash({{ columns }})
{%- endmacro %}

{#- of which a NULL changes nothing, so that where it stands is told, too -#}
{% macro spark__fingerprint(columns) -%}
    xxhash64({{ columns }}, isnull({{ columns.split(', ') | join('), isnull(') }}))
{%- endmacro %}
