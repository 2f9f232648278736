{#- One row `calendar_day` per day from one date to another, both included (ISO dates). -#}
{% macro calendar_days_between(first_date, last_date) -%}
    {{ adapter.dispatch('calendar_days_between')(first_date, last_date) }}
{%- endmacro %}

{% macro default__calendar_days_between(first_date, last_date) -%}
    select cast(calendar_day as date) as calendar_day
    from range(
        timestamp '{{ first_date }}', timestamp '{{ last_date }}' + interval '1' day, interval '1' day
    ) as days (calendar_day)
{%- endmacro %}

{% macro spark__calendar_days_between(first_date, last_date) -%}
    select explode(sequence(date '{{ first_date }}', date '{{ last_date }}')) as calendar_day
{%- endmacro %}
