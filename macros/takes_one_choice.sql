{#-
    Whether a question of this type takes one choice: the type is one of var `single_choice_question_types`, compared as
    every text is, clean and without regard to case.
-#}
{% macro takes_one_choice(question_type) -%}
    {%- set types = [] -%}
    {%- for type in (var('single_choice_question_types') if execute else []) -%}
        {%- do types.append(lowered(to_clean_text(text_literal(type)))) -%}
    {%- endfor -%}
    {%- if types -%}
        coalesce({{ lowered(to_clean_text(question_type)) }} in ({{ types | join(', ') }}), false)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
