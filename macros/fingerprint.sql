{#- One number for the values of these columns, NULL counted as a value: rows that agree share it, others hardly ever. -#}
{% macro fingerprint(columns) -%}
    {{ adapter.dispatch('fingerprint')(columns) }}
{%- endmacro %}

{% macro default__fingerprint(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{#- of which a NULL changes nothing, so that where it stands is told, too -#}
{% macro spark__fingerprint(columns) -%}
    xxhash64({{ columns | join(', ') }}, isnull({{ columns | join('), isnull(') }}))
{%- endmacro %}
