-- up to 900,000, whole numbers up to 900 million: of larger ones DuckDB makes up the last places
select
    number,
    {{ exact('cast(number as double)') }} as answer,
    cast({{ exact('cast(number as double)') }} * {{ watch_threshold() }} as decimal(38, 16)) as product,
    {{ has_watched('cast(number as double)', 'cast(100 as double)') }} as has_watched
from {{ listed('number', [
    '0', '-0', '0.1', '0.2', '0.30000000000000004', '55', '54.999999999', '54.9999999999999', '1e-10', '4e-11', '6e-11',
    '-6e-11', '0.5', '2.675', '123456.789', '899999.99', '900000000', '1e18', '-1e18', '1e300', 'infinity', '-infinity', none,
]) }}
