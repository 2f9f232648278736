-- not the numbers, which are the engines' own, but which rows share one
with cases as (
    select
        one.value as one,
        other.value as other
    from {{ listed('value', ['a', 'A', 'a ', '', 'é', 'e\u0301', none]) | replace('as values', 'as one') }}
    cross join {{ listed('value', ['a', 'b', '', none]) | replace('as values', 'as other') }}
),

printed as (
    select
        *,
        {{ fingerprint(['one', 'other']) }} as fingerprint
    from cases
)

select
    mine.one,
    mine.other,
    theirs.one as their_one,
    theirs.other as their_other,
    mine.fingerprint = theirs.fingerprint as answer
from printed as mine
cross join printed as theirs
