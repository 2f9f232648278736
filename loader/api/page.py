"""One page of a data set: an answer of the API, checked record by record before it may land.

A page is complete when its last record is: closed quotes, as many fields as the header, a line end. A record in the
middle that is no valid record does not make the page worthless: `load` rejects it by itself, with its text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from loader.catalog import DataSet
from loader.errors import CallFailed
from loader.intervals import Interval
from loader.moments import TICK, Printed, iso, parse_printed

csv.field_size_limit(1 << 30)

_END = "\x00end of page\n"
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
    ends_line: bool = True
    """Whether the last record ends in a line end."""

    @property
    def reach(self) -> datetime | None:
        """The last moment that the smallest printed timestamp can stand for: where the next page has to start."""
        return None if self.smallest is None else self.smallest + self.unit - TICK


def read_page(lines: Iterable[str], data_set: DataSet, asked: Interval) -> Page:
    """Checks a page and measures it; raises CallFailed saying what is wrong with it, never what is in it.

    `lines` are the answer's lines with their line ends; at most one record is held in memory.
    """
    tail = _Tail(lines)
    records = csv.reader(tail)
    header = [_column_name(name) for name in next(records, [])]
    updated = _updated_position(header, tail.first, data_set)
    expected = [column for column in data_set.key if column not in header]
    if expected:
        raise CallFailed(f"{data_set.name}: the answer is no {data_set.name} CSV, it lacks {', '.join(expected)}.")
    measure = _Measure(data_set.name)
    width = len(header)
    last: list[str] | None = None
    for record in records:
        if record == [_END.rstrip("\n")]:
            break
        if not record or (len(record) == 1 and width > 1 and not record[0].strip()):
            continue  # blank lines are no records
        last = record
        measure.add(record[updated] if updated < len(record) else "")
    else:
        raise CallFailed(f"{data_set.name}: the answer breaks off inside a quoted field.")
    if last is not None and len(last) != width:
        raise CallFailed(f"{data_set.name}: the answer breaks off: its last record has {len(last)} of {width} fields.")
    page = measure.page(tail.ends_line)
    _check_bounds(page, data_set, asked)
    return page


def _updated_position(header: list[str], first_line: str, data_set: DataSet) -> int:
    names = [data_set.updated_column]
    if not data_set.key:  # no published dictionary: take either of the names that the other data sets have
        names += ["updated_date", "record_updated_date"]
    for name in names:
        if name in header:
            return header.index(name)
    start = first_line.lstrip()[:1]
    kind = {"<": "a web page (HTML or XML)", "{": "JSON", "[": "JSON", "": "empty"}.get(start, "something else")
    raise CallFailed(f"{data_set.name}: the answer is no CSV with the column {names[0]}; it is {kind}.")


def _check_bounds(page: Page, data_set: DataSet, asked: Interval) -> None:
    if page.smallest is None or page.largest is None or page.reach is None:
        return
    if page.largest > asked.until + _LOOSE or page.reach + _LOOSE <= asked.after:
        raise CallFailed(
            f"{data_set.name}: the answer has rows from outside of the interval asked for, after {iso(asked.after)}"
            f" until {iso(asked.until)}."
        )


class _Tail:
    """Passes lines on, ends them with a mark that a record cut off inside quotes swallows, remembers first and last."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.first = ""
        self.ends_line = True

    def __iter__(self) -> Iterator[str]:
        line = ""
        for number, line in enumerate(self._lines):
            if number == 0:
                line = line.removeprefix("\ufeff")
                self.first = line
            yield line
        self.ends_line = line == "" or line[-1] in "\r\n"
        if not self.ends_line:
            yield "\n"
        yield _END


class _Measure:
    """Smallest, largest and ties of a page's timestamps, while checking that they come newest first."""

    def __init__(self, data_set: str) -> None:
        self._data_set = data_set
        self._rows = 0
        self._largest: Printed | None = None
        self._smallest: Printed | None = None
        self._unit = timedelta.max
        self._ties = 0

    def add(self, text: str) -> None:
        self._rows += 1
        printed = parse_printed(text)
        if printed is None:
            return
        if self._smallest is None:
            self._largest = self._smallest = printed
            self._ties = 0
        elif printed.moment > self._smallest.moment:
            raise CallFailed(
                f"{self._data_set}: the rows of the answer do not come newest first, so nothing is known of what lies"
                " behind it. The platform may have changed its order."
            )
        elif printed.moment < self._smallest.moment:
            self._smallest = printed
            self._ties = 0
        self._ties += 1
        self._unit = min(self._unit, printed.unit)

    def page(self, ends_line: bool) -> Page:
        if self._rows == 0:
            return Page(ends_line=ends_line)
        if self._smallest is None or self._largest is None:
            raise CallFailed(f"{self._data_set}: no row of the answer has a readable updated timestamp.")
        return Page(self._rows, self._smallest.moment, self._largest.moment, self._unit, self._ties, ends_line)


def _column_name(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", name.strip().lower())
