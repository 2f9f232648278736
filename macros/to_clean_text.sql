{#-
    Text as it is compared: what nobody sees does not count. Unicode's default ignorables are dropped, a run of blanks of
    any width is one blank, and none is left at either end; nothing left is NULL.

    Most texts are clean as they come, so the costly branch is only for those that may not be.
-#}
{% macro to_clean_text(column) -%}
    {%- set invisible = '[\\x{ad}\\x{200b}-\\x{200f}\\x{202a}-\\x{202e}\\x{2060}-\\x{206f}\\x{feff}]' -%}
    {%- set blanks = white_space(as_class=true) ~ '+' -%}
    case
        when {{ matches(column, '[!-~]+( [!-~]+)*') }} then {{ column }}
        else nullif(
            trim({{ replaced(replaced(column, invisible, ''), blanks, ' ') }}), ''
        )
    end
{%- endmacro %}
