{#- A double as decimal, so that sums and products of points and seconds meet a threshold exactly (0.55 × 100 = 55). -#}
{% macro exact(column) -%}
    try_cast({{ column }} as decimal(28, 10))
{%- endmacro %}
