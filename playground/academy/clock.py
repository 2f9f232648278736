"""The calendar of the sample: two years that end as its last day begins, in whole seconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from loader.errors import UsageError

_FIRST_DAY, _LAST_DAY = date(2005, 1, 1), date(2098, 12, 31)
"""What lies around them reaches neither back before 2000 nor beyond 2099, where no date is believed."""


@dataclass(frozen=True)
class Calendar:
    """Nothing happens after `end`, the midnight at which the last day begins; courses that still run are unfinished."""

    last_day: date

    @property
    def end(self) -> int:
        """The moment of the extract."""
        return seconds(self.last_day)

    @property
    def start(self) -> int:
        """When the academy opened."""
        return seconds(self.monday(-112))

    def monday(self, weeks: int) -> date:
        """The Monday so many weeks after that of the last day's week."""
        return self.last_day - timedelta(days=self.last_day.weekday()) + timedelta(weeks=weeks)


def seconds(day: date) -> int:
    """Its first second."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def today() -> date:
    """The present day, UTC."""
    return datetime.now(UTC).date()


def read_last_day(text: str) -> date:
    """A date, ISO 8601. Raises UsageError when it is none, or none that a sample can end on."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"--until {text} is not a date; give one such as 2026-10-31") from None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise UsageError(f"--until {text} is too far away; give a date from {_FIRST_DAY} to {_LAST_DAY}")
    return day
