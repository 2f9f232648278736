"""Moments in UTC: as the platform prints them, as people type them, and as the API call wants them.

A printed timestamp is taken as cut off, never as rounded: `09:10:07` stands for every moment of that second, so each
carries the unit down to which it is printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from loader.errors import UsageError

TICK = timedelta(microseconds=1)
"""The finest step between two moments; what the API's bounds are written in."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_BLANKS = r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
_HOUR = r"(?:[01][0-9]|2[0-3])"
_PRINTED = re.compile(
    rf"{_BLANKS}([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})"
    rf"(?:[T ]({_HOUR}):([0-5][0-9])(?::([0-5][0-9])(?:[.,]([0-9]+))?)?)?"
    rf"{_BLANKS}(Z|UTC|GMT|[+-]{_HOUR}(?::?[0-5][0-9])?)?{_BLANKS}",
    re.IGNORECASE,
)
"""What staging reads as the same moment: macros/to_timestamp.sql."""


@dataclass(frozen=True)
class Printed:
    """A timestamp as printed: the first moment it can stand for, UTC, and the length of the stretch it stands for."""

    moment: datetime
    unit: timedelta


@lru_cache(maxsize=65_536)
def parse_printed(text: str) -> Printed | None:
    """A timestamp out of a CSV: `T` or a space, any fraction, `Z`, ` UTC`, an offset or nothing (UTC). None if none."""
    match = _PRINTED.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")[:6]),
            tzinfo=_zone(zone),
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Printed(moment, _unit(hour, second, fraction))


def parse_typed(text: str, name: str) -> datetime:
    """A date or timestamp that a person typed, as a moment in UTC; raises UsageError naming the option `name`."""
    printed = parse_printed(text)
    if printed is None:
        raise UsageError(
            f"{name} takes an ISO 8601 date or timestamp in UTC, such as 2024-05-31 or 2024-05-31T18:00:00Z."
        )
    return printed.moment


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with `Z`; a fraction only where there is one."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def ticks(moment: datetime) -> int:
    """Microseconds since 1970, as integers are what files keep exactly."""
    return (moment - _EPOCH) // TICK


def from_ticks(count: int) -> datetime:
    """The moment, UTC, that is so many microseconds after 1970."""
    return _EPOCH + count * TICK


def _zone(text: str | None) -> timezone:
    if text is None or text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _unit(hour: str | None, second: str | None, fraction: str | None) -> timedelta:
    if hour is None:
        return timedelta(days=1)
    if second is None:
        return timedelta(minutes=1)
    if fraction is None:
        return timedelta(seconds=1)
    return max(TICK, timedelta(microseconds=10 ** max(0, 6 - len(fraction))))
