"""The calls that `extract` has made, on record: what each asked for, what came, and how large pages have been."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from loader.intervals import Interval
from loader.moments import from_ticks, ticks
from loader.store import Store

CALLS_TABLE = """
create table if not exists calls (
    call_id integer primary key, run_id text not null, data_set text not null, requested_at integer not null,
    asked_after integer not null, asked_until integer not null, outcome text not null,
    row_count integer not null, byte_count integer not null, smallest integer, largest integer,
    tie_count integer not null, digest text, file text, is_cut integer not null default 0
);
create index if not exists calls_by_digest on calls (data_set, digest);
create index if not exists calls_by_largest on calls (data_set, largest);
"""


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
    """Rows that bear the smallest timestamp."""
    digest: str | None = None
    """SHA-256 of the answer's CSV."""
    file: str | None = None
    """Where the answer landed, relative to the landing folder."""


@dataclass(frozen=True)
class PageSizes:
    """How many rows pages have held: the smallest and largest that proved to be cut off, and the largest of all."""

    smallest_cut: int | None
    largest_cut: int | None
    largest: int

    @property
    def capacity(self) -> int:
        """Rows that a page has room for: as many as the smallest that was cut off, else as the largest."""
        return self.largest if self.smallest_cut is None else self.smallest_cut


class Calls:
    """Reads and writes the calls on record; data sets go by their names."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, run_id: str, call: Call) -> int:
        """Records a call; returns its id."""
        with self._store.transaction() as connection:
            cursor = connection.execute(
                "insert into calls (run_id, data_set, requested_at, asked_after, asked_until, outcome, row_count,"
                " byte_count, smallest, largest, tie_count, digest, file) values (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    run_id,
                    call.data_set,
                    ticks(call.requested_at),
                    ticks(call.asked.after),
                    ticks(call.asked.until),
                    call.outcome,
                    call.row_count,
                    call.byte_count,
                    ticks(call.smallest) if call.smallest else None,
                    ticks(call.largest) if call.largest else None,
                    call.tie_count,
                    call.digest,
                    call.file,
                ),
            )
            return cursor.lastrowid or 0

    def all(self) -> list[Call]:
        """Every call, oldest first."""
        return [_call(row) for row in self._store.rows("select * from calls order by call_id")]

    def answered_count(self, data_set: str) -> int:
        """Answered calls of the data set so far."""
        count: int = self._store.rows(
            "select count(*) from calls where data_set = ? and outcome not like 'failed%'", (data_set,)
        )[0][0]
        return count

    def largest_seen(self, data_set: str, at_most: datetime) -> datetime | None:
        """The largest updated timestamp on any page of the data set so far, none later than `at_most`."""
        largest = self._store.rows(
            "select max(largest) from calls where data_set = ? and largest <= ?", (data_set, ticks(at_most))
        )[0][0]
        return None if largest is None else from_ticks(largest)

    def landed_file(self, data_set: str, digest: str) -> str | None:
        """The file that an answer with exactly these bytes landed in, relative to the landing folder."""
        rows = self._store.rows(
            "select file from calls where data_set = ? and digest = ? and file is not null"
            " order by call_id desc limit 1",
            (data_set, digest),
        )
        return rows[0]["file"] if rows else None

    # --- page sizes, only ever used to judge whether a single timestamp was cut off

    def mark_cut(self, call_id: int) -> None:
        """Notes that a later page proved this one not to be the end of its interval."""
        with self._store.transaction() as connection:
            connection.execute("update calls set is_cut = 1 where call_id = ?", (call_id,))

    def page_sizes(self, run_id: str | None = None, data_set: str | None = None) -> PageSizes:
        """Of one run or of all, as the platform may have changed its cap since; of one data set or of all."""
        row = self._store.rows(
            "select min(case when is_cut then row_count end), max(case when is_cut then row_count end),"
            " coalesce(max(row_count), 0) from calls"
            " where coalesce(?1, run_id) = run_id and coalesce(?2, data_set) = data_set",
            (run_id, data_set),
        )[0]
        return PageSizes(*row)

    def fullest_data_set(self) -> str:
        """The data set with the most rows received so far."""
        sql = "select data_set from calls group by data_set order by sum(row_count) desc limit 1"
        return str(self._store.rows(sql)[0]["data_set"])


def _call(row: sqlite3.Row) -> Call:
    return Call(
        data_set=row["data_set"],
        requested_at=from_ticks(row["requested_at"]),
        asked=Interval(from_ticks(row["asked_after"]), from_ticks(row["asked_until"])),
        outcome=row["outcome"],
        row_count=row["row_count"],
        byte_count=row["byte_count"],
        smallest=None if row["smallest"] is None else from_ticks(row["smallest"]),
        largest=None if row["largest"] is None else from_ticks(row["largest"]),
        tie_count=row["tie_count"],
        digest=row["digest"],
        file=row["file"],
    )
