select
    input,
    {%- for name, pattern in [
        ('word', '[a-z]+( [a-z]+)*'),
        ('anything', '.*'),
        ('lines', '(?s).*'),
        ('digits', '[0-9]+'),
        ('one_of_two', 'plain|yes'),
        ('nothing', ''),
        ('blanks', white_space(as_class=true) ~ '*'),
        ('wide', '\\x{3000}?[^\\x{a0}]*\\x{a0}?'),
        ('printable', '[!-~]([ -~]*[!-~])?'),
        ('dollar', '[$]1|\\\\1'),
    ] %}
    {{ matches('input', pattern) }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ listed('input', var('texts')) }}
