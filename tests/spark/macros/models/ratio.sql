select
    numerator,
    denominator,
    {{ ratio('cast(numerator as bigint)', 'cast(denominator as bigint)') }} as of_counts,
    {{ ratio('cast(numerator as double)', 'cast(denominator as double)') }} as of_numbers
from {{ listed('numerator', ['0', '1', '2', '-7', '9007199254740993', none]) }}
cross join {{ listed('denominator', ['0', '1', '3', '-3', '9223372036854775807', none]) }}
