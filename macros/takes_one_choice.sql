{#-
    Whether a question of this type takes one choice: the type is one of var `single_choice_question_types`, compared as
    every text is, without surrounding white space and regard to case.
-#}
{% macro takes_one_choice(question_type) -%}
    {%- set types = [] -%}
    {%- for type in var('single_choice_question_types') -%}
        {%- do types.append("lower('" ~ type.split() | join(' ') | replace("'", "''") ~ "')") -%}
    {%- endfor -%}
    {%- if types -%}
        coalesce(lower(regexp_replace({{ question_type }}, '\s+', ' ', 'g')) in ({{ types | join(', ') }}), false)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
