{#- The product of a double over a window's rows, in their order; NULL where there is none. -#}
{% macro product_over(factor, window) -%}
    {{ adapter.dispatch('product_over')(factor, window) }}
{%- endmacro %}

{% macro default__product_over(factor, window) -%}
    product({{ factor }}) over {{ window }}
{%- endmacro %}

{% macro spark__product_over(factor, window) -%}
    reduce(collect_list({{ factor }}) over {{ window }}, cast(null as double), (product, one) -> coalesce(product, 1) * one)
{%- endmacro %}
