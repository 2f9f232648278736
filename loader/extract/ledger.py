"""The record that `extract` keeps of itself, in the landing folder's SQLite file.

A page's file is complete under its final name before its call is recorded, and the call and what it covers are
recorded in one transaction. So after a kill at any instant the record never claims more than the folder holds; at
worst one page is fetched twice. No key, secret or token is ever in it.

Three sets of moments per data set, each kept as intervals:
hull     from the oldest to the newest moment that any run asked for
covered  what was fetched completely, as the platform showed it at the time; what people see
settled  the part of covered where no late row can turn up any more: up to the overlap before the largest timestamp
         that had been seen by then. What a run asks for is what is not settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from loader.extract.calls import CALLS_TABLE, Call, Calls
from loader.intervals import Interval, merge, subtract
from loader.moments import TICK, from_ticks, ticks
from loader.store import Store, open_store, read_store

FILE_NAME = ".extract.sqlite"

_TABLES = (
    CALLS_TABLE
    + """
create table if not exists intervals (kind text not null, data_set text not null, after integer not null,
    until integer not null);
create table if not exists full_timestamps (data_set text not null, moment integer not null, unit integer not null,
    row_count integer not null, primary key (data_set, moment));
"""
)
_HULL = "wanted"
"""What the hull is called in the table of intervals."""


@dataclass(frozen=True)
class FullTimestamp:
    """A printed timestamp whose rows fill a page, so that the walk cannot get behind it."""

    moment: datetime
    unit: timedelta
    row_count: int


class Ledger:
    """Reads and writes the record; safe to share between threads. Data sets go by their names."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls = Calls(store)

    # --- what was asked for and what was fetched

    def hull(self, data_set: str) -> Interval | None:
        """From the oldest to the newest moment that any run asked for; None before the first run."""
        intervals = self._intervals(_HULL, data_set)
        return intervals[0] if intervals else None

    def covered(self, data_set: str) -> list[Interval]:
        """What was fetched completely, oldest first."""
        return self._intervals("covered", data_set)

    def settled(self, data_set: str) -> list[Interval]:
        """The part of it that need not be asked for again, oldest first."""
        return self._intervals("settled", data_set)

    def ask_for(self, data_set: str, interval: Interval) -> None:
        """Notes that a run asks for the interval: what of it is not fetched is a gap from now on."""
        with self.store.transaction():
            known = [interval, *self._intervals(_HULL, data_set)]
            self._replace(_HULL, data_set, [Interval(min(i.after for i in known), max(i.until for i in known))])

    def cover(self, data_set: str, interval: Interval, settled_until: datetime | None) -> None:
        """Notes the interval as fetched, and its part up to `settled_until` as needing no second look."""
        with self.store.transaction():
            self._replace("covered", data_set, merge([*self.covered(data_set), interval]))
            if settled_until is not None:
                part = Interval(interval.after, min(interval.until, settled_until))
                self._replace("settled", data_set, merge([*self.settled(data_set), part]))

    def uncover(self, data_set: str, interval: Interval) -> None:
        """Takes back that the interval was fetched: it turned out not to be."""
        with self.store.transaction():
            for kind in ("covered", "settled"):
                kept = [part for known in self._intervals(kind, data_set) for part in subtract(known, [interval])]
                self._replace(kind, data_set, kept)

    # --- calls

    def record(
        self, run_id: str, call: Call, covered: Interval | None = None, settled_until: datetime | None = None
    ) -> int:
        """Records a call and what it proves covered, together; returns the call's id."""
        with self.store.transaction():
            call_id = self.calls.add(run_id, call)
            if covered is not None:
                self.cover(call.data_set, covered, settled_until)
            return call_id

    # --- timestamps that fill a page

    def full_timestamps(self, data_set: str) -> list[FullTimestamp]:
        """Those on record and unresolved, newest first."""
        rows = self.store.rows("select * from full_timestamps where data_set = ? order by moment desc", (data_set,))
        return [FullTimestamp(from_ticks(row["moment"]), row["unit"] * TICK, row["row_count"]) for row in rows]

    def add_full_timestamp(self, data_set: str, full: FullTimestamp) -> None:
        """Puts one on record."""
        with self.store.transaction() as connection:
            connection.execute(
                "insert or replace into full_timestamps values (?, ?, ?, ?)",
                (data_set, ticks(full.moment), full.unit // TICK, full.row_count),
            )

    def drop_full_timestamp(self, data_set: str, full: FullTimestamp) -> None:
        """Takes one off the record: it has been fetched after all."""
        with self.store.transaction() as connection:
            connection.execute(
                "delete from full_timestamps where data_set = ? and moment = ?", (data_set, ticks(full.moment))
            )

    # --- inside

    def _intervals(self, kind: str, data_set: str) -> list[Interval]:
        rows = self.store.rows(
            "select after, until from intervals where kind = ? and data_set = ? order by after", (kind, data_set)
        )
        return [Interval(from_ticks(row["after"]), from_ticks(row["until"])) for row in rows]

    def _replace(self, kind: str, data_set: str, intervals: list[Interval]) -> None:
        with self.store.transaction() as connection:
            connection.execute("delete from intervals where kind = ? and data_set = ?", (kind, data_set))
            connection.executemany(
                "insert into intervals values (?, ?, ?, ?)",
                [(kind, data_set, ticks(i.after), ticks(i.until)) for i in intervals],
            )


@contextmanager
def open_ledger(landing: Path) -> Iterator[Ledger]:
    """The landing folder's record, made if there is none."""
    with open_store(landing / FILE_NAME, _TABLES) as store:
        yield Ledger(store)


@contextmanager
def read_ledger(landing: Path) -> Iterator[Ledger | None]:
    """The landing folder's record to read only, all of one moment; None where nothing was extracted."""
    with read_store(landing / FILE_NAME) as store:
        made = store and store.rows("select 1 from sqlite_master where name = 'full_timestamps'")
        yield Ledger(store) if store and made else None
