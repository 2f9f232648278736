{#-
    When an attempt of int_attempts was first submitted, over all its versions: NULL unless its latest version is, as taken
    back is taken back.
-#}
{% macro first_submitted_at(attempts) -%}
    case
        when {{ attempts }}.is_submitted
            then least({{ attempted_at(attempts) }}, {{ attempts }}.earlier_submitted_at)
    end
{%- endmacro %}
