"""What the ledger keeps, one class per kind of entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from loader.intervals import Interval


@dataclass(frozen=True)
class Call:
    """One answered or failed call; moments UTC."""

    data_set: str
    requested_at: datetime
    asked: Interval
    outcome: str
    row_count: int = 0
    byte_count: int = 0
    smallest: datetime | None = None
    largest: datetime | None = None
    tie_count: int = 0
    digest: str | None = None
    file: str | None = None


@dataclass(frozen=True)
class FullTimestamp:
    """A printed timestamp whose rows fill a page, so that the walk cannot get behind it."""

    moment: datetime
    unit: timedelta
    row_count: int


@dataclass(frozen=True)
class PageSizes:
    """How many rows pages have held: the smallest and largest that proved to be cut off, and the largest of all."""

    smallest_cut: int | None
    largest_cut: int | None
    largest: int

    @property
    def room(self) -> int:
        """Rows that pages of this size have room for: as many as the smallest that was cut off, else the largest."""
        return self.largest if self.smallest_cut is None else self.smallest_cut
