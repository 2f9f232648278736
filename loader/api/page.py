"""One page of a data set: an answer of the API, read by the loader's own reader before it may land.

A page is complete when its last record is: valid, and ended by a line end. A record in the middle that is not a valid
record does not make the page worthless: `load` rejects it by itself, with its text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from loader.catalog import DataSet
from loader.errors import CallFailed, FileRefused
from loader.intervals import Interval
from loader.landing.header import Stream
from loader.landing.records import CsvReader, Reject
from loader.moments import TICK, Printed, iso, parse_printed

OPEN_ENDED_ANSWERS = 3
"""Equal answers without a line end at their end until the platform is taken for one that writes none."""
_LOOSE = timedelta(seconds=1)
"""How far outside of the asked bounds a row may lie: a server may compare in its own, coarser precision."""


@dataclass(frozen=True)
class Page:
    """What the walk needs to know of a page; moments UTC, None where the page has no row."""

    row_count: int = 0
    smallest: datetime | None = None
    largest: datetime | None = None
    unit: timedelta = TICK
    """The stretch that a printed timestamp of this page stands for: the finest precision printed on it."""
    tie_count: int = 0
    """Rows that bear the smallest timestamp."""
    largest_tie_count: int = 0
    """Rows that bear the largest."""
    ends_line: bool = True
    """Whether the last record ends in a line end."""

    @property
    def reach(self) -> datetime | None:
        """The last moment that the smallest printed timestamp can stand for: where the next page has to start."""
        return None if self.smallest is None else self.smallest + self.unit - TICK


def read_page(stream: Stream, data_set: DataSet, asked: Interval) -> Page:
    """Checks a page and measures it; raises CallFailed saying what is wrong with it, never what is in it."""
    try:
        reader = CsvReader(stream, data_set)
        updated = _updated_column(reader.header.columns, data_set)
        measure = _Measure(data_set.name)
        broken: Reject | None = None
        for block in reader.blocks():
            for length, text in block.rows[updated].rle().struct.unnest().iter_rows():
                measure.add(text, length)
            broken = next((reject for reject in block.rejects if reject.source_row == reader.row_count), None)
    except FileRefused as refused:
        what, _, _ = str(refused).partition(";")  # what to do is said of files
        raise CallFailed(f"{data_set.name}: the answer is not a page of {data_set.name}: {what}.") from None
    if broken is not None:
        raise CallFailed(f"{data_set.name}: the answer breaks off in its last record ({broken.reason}).")
    page = measure.page(reader.row_count, reader.ends_line)
    _check_bounds(page, data_set, asked)
    return page


class LineEnds:
    """Whether the platform ends the last record of an answer in a line end: learnt from its answers.

    A last value may be cut off where no line end follows it. Only a platform that never writes one gives the same
    bytes again and again; then it is taken at its word.
    """

    def __init__(self) -> None:
        self._open_ended: Counter[tuple[str, str]] = Counter()
        self._are_written: bool | None = None

    def check(self, data_set: str, page: Page, digest: str) -> None:
        """Raises CallFailed where the answer may have been cut off in its last value."""
        if page.ends_line and page.row_count:
            self._are_written = True
        elif not page.ends_line and self._are_written is not False:
            self._open_ended[data_set, digest] += 1
            if self._are_written or self._open_ended[data_set, digest] < OPEN_ENDED_ANSWERS:
                raise CallFailed(f"{data_set}: the answer's last record does not end in a line end.")
            self._are_written = False


def _updated_column(columns: list[str], data_set: DataSet) -> str:
    """The documented one; where no dictionary is published either of the names that the other data sets have."""
    names = [data_set.updated_column] if data_set.key else [data_set.updated_column, "record_updated_date"]
    for name in names:
        if name in columns:
            return name
    raise FileRefused(f"its header lacks the column {names[0]}")


def _check_bounds(page: Page, data_set: DataSet, asked: Interval) -> None:
    if page.smallest is None or page.largest is None or page.reach is None:
        return
    if page.largest > asked.until + _LOOSE or page.reach + _LOOSE <= asked.after:
        raise CallFailed(
            f"{data_set.name}: the answer has rows from outside of the interval asked for, after {iso(asked.after)}"
            f" until {iso(asked.until)}."
        )


class _Measure:
    """Smallest, largest and ties of a page's timestamps, while checking that they come newest first."""

    def __init__(self, data_set: str) -> None:
        self._data_set = data_set
        self._largest: Printed | None = None
        self._smallest: Printed | None = None
        self._unit = timedelta.max
        self._ties = self._largest_ties = 0

    def add(self, text: str | None, row_count: int) -> None:
        """So many rows, one behind the other, bear this text."""
        printed = parse_printed(text or "")
        if printed is None:
            return
        if self._smallest is None:
            self._largest = self._smallest = printed
        elif printed.moment > self._smallest.moment:
            raise CallFailed(
                f"{self._data_set}: the rows of the answer do not come newest first, so nothing is known of what lies"
                " behind it. The platform may have changed its order."
            )
        elif printed.moment < self._smallest.moment:
            self._smallest = printed
            self._ties = 0
        self._ties += row_count
        if self._smallest is self._largest:
            self._largest_ties = self._ties
        self._unit = min(self._unit, printed.unit)

    def page(self, row_count: int, ends_line: bool) -> Page:
        """The measures of all rows."""
        if row_count == 0:
            return Page(ends_line=ends_line)
        if self._smallest is None or self._largest is None:
            raise CallFailed(f"{self._data_set}: no row of the answer has a readable updated timestamp.")
        return Page(
            row_count=row_count,
            smallest=self._smallest.moment,
            largest=self._largest.moment,
            unit=self._unit,
            tie_count=self._ties,
            largest_tie_count=self._largest_ties,
            ends_line=ends_line,
        )
