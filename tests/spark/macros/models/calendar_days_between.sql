-- the answers are the rows: a leap day, both clock changes, the ends of the calendar
{{ calendar_days_between('2024-02-27', '2024-03-12') }}

union all

{{ calendar_days_between('2024-11-02', '2024-11-04') }}

union all

{{ calendar_days_between('0001-01-01', '0001-01-03') }}

union all

{{ calendar_days_between('9999-12-29', '9999-12-31') }}

union all

{{ calendar_days_between('1999-12-31', '1999-12-31') }}
