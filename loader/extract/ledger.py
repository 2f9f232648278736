"""The record that `extract` keeps of itself: one SQLite file in the landing folder, durable to the last transaction.

A page's file is complete under its final name before its call is recorded, and the call and what it covers are
recorded in one transaction. So after a kill at any instant the record never claims more than the folder holds; at
worst one page is fetched twice. No key, secret or token is ever in it: a key is known by a salted scrypt digest.

Two notions of having been fetched, per data set, each a set of disjoint intervals:
covered  everything that the platform showed at the time; what people see.
settled  the part of covered where no late row can turn up any more: up to the overlap before the largest timestamp
         that had been seen by then. What a run asks for is what is not settled.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from loader.errors import LoaderError
from loader.extract.entries import Call, FullTimestamp, PageSizes
from loader.intervals import Interval, merge, subtract
from loader.moments import TICK

FILE_NAME = ".extract.sqlite"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SCHEMA = """
create table if not exists salt (value blob not null);
create table if not exists calls (
    call_id integer primary key, run_id text not null, data_set text not null, requested_at integer not null,
    asked_after integer not null, asked_until integer not null, outcome text not null,
    row_count integer not null, byte_count integer not null, smallest integer, largest integer,
    tie_count integer not null, digest text, file text, is_cut integer not null default 0
);
create index if not exists calls_by_digest on calls (data_set, digest);
create index if not exists calls_by_largest on calls (data_set, largest);
create table if not exists intervals (kind text not null, data_set text not null, after integer not null,
    until integer not null);
create table if not exists full_timestamps (data_set text not null, moment integer not null, unit integer not null,
    row_count integer not null, primary key (data_set, moment));
create table if not exists spans (key_id text not null, seconds integer not null, started_at real not null,
    request_count integer not null, primary key (key_id, seconds));
"""


class Ledger:
    """Reads and writes the record; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    # --- what was fetched

    def covered(self, data_set: str) -> list[Interval]:
        """What was fetched completely, oldest first."""
        return self._intervals("covered", data_set)

    def settled(self, data_set: str) -> list[Interval]:
        """The part of it that need not be asked for again, oldest first."""
        return self._intervals("settled", data_set)

    def wanted(self, data_set: str) -> Interval | None:
        """From the oldest to the newest moment that was ever asked for; None before the first run."""
        hull = self._intervals("wanted", data_set)
        return hull[0] if hull else None

    def want(self, data_set: str, interval: Interval) -> None:
        """Notes that a run asks for the interval: what of it is not fetched is a gap from now on."""
        with self._transaction():
            hull = [interval, *self._intervals("wanted", data_set)]
            joined = Interval(min(i.after for i in hull), max(i.until for i in hull))
            self._replace("wanted", data_set, [joined])

    def record(
        self, run_id: str, call: Call, covered: Interval | None = None, settled_until: datetime | None = None
    ) -> int:
        """Records a call and what it proves covered, together; returns the call's id."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "insert into calls (run_id, data_set, requested_at, asked_after, asked_until, outcome, row_count,"
                " byte_count, smallest, largest, tie_count, digest, file) values (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    run_id,
                    call.data_set,
                    _ticks(call.requested_at),
                    _ticks(call.asked.after),
                    _ticks(call.asked.until),
                    call.outcome,
                    call.row_count,
                    call.byte_count,
                    _ticks(call.smallest) if call.smallest else None,
                    _ticks(call.largest) if call.largest else None,
                    call.tie_count,
                    call.digest,
                    call.file,
                ),
            )
            if covered is not None:
                self.cover(call.data_set, covered, settled_until)
            return cursor.lastrowid or 0

    def cover(self, data_set: str, interval: Interval, settled_until: datetime | None) -> None:
        """Notes the interval as fetched, and its part up to `settled_until` as needing no second look."""
        with self._transaction():
            self._replace("covered", data_set, merge([*self.covered(data_set), interval]))
            if settled_until is not None:
                part = Interval(interval.after, min(interval.until, settled_until))
                self._replace("settled", data_set, merge([*self.settled(data_set), part]))

    def uncover(self, data_set: str, interval: Interval) -> None:
        """Takes back that the interval was fetched: it turned out not to be."""
        with self._transaction():
            for kind in ("covered", "settled"):
                kept = [part for known in self._intervals(kind, data_set) for part in subtract(known, [interval])]
                self._replace(kind, data_set, kept)

    def largest_seen(self, data_set: str, at_most: datetime) -> datetime | None:
        """The largest updated timestamp on any page of the data set so far, none later than `at_most`."""
        with self._lock:
            row = self._connection.execute(
                "select max(largest) from calls where data_set = ? and largest <= ?",
                (data_set, _ticks(at_most)),
            ).fetchone()
        return _moment(row[0]) if row[0] is not None else None

    def landed_file(self, data_set: str, digest: str) -> str | None:
        """The file that an answer with exactly these bytes landed in, relative to the landing folder."""
        with self._lock:
            row = self._connection.execute(
                "select file from calls where data_set = ? and digest = ? and file is not null"
                " order by call_id desc limit 1",
                (data_set, digest),
            ).fetchone()
        return str(row[0]) if row else None

    def calls(self) -> list[tuple[object, ...]]:
        """Every call in the shape of `coverage.CALL_COLUMNS`, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "select data_set, requested_at, asked_after, asked_until, outcome, row_count, byte_count, smallest,"
                " largest, tie_count, file from calls order by call_id"
            ).fetchall()
        return [(row[0], *map(_naive, row[1:4]), *row[4:7], *map(_naive, row[7:9]), *row[9:]) for row in rows]

    def call_count(self, data_set: str) -> int:
        """Answered calls of the data set so far."""
        with self._lock:
            row = self._connection.execute(
                "select count(*) from calls where data_set = ? and outcome not like 'failed%'", (data_set,)
            ).fetchone()
        return int(row[0])

    # --- timestamps that fill a page

    def full_timestamps(self, data_set: str) -> list[FullTimestamp]:
        """Those on record and unresolved, newest first."""
        with self._lock:
            rows = self._connection.execute(
                "select moment, unit, row_count from full_timestamps where data_set = ? order by moment desc",
                (data_set,),
            ).fetchall()
        return [FullTimestamp(_moment(row[0]), row[1] * TICK, row[2]) for row in rows]

    def add_full_timestamp(self, data_set: str, full: FullTimestamp) -> None:
        """Puts one on record."""
        with self._transaction() as connection:
            connection.execute(
                "insert or replace into full_timestamps values (?, ?, ?, ?)",
                (data_set, _ticks(full.moment), full.unit // TICK, full.row_count),
            )

    def drop_full_timestamp(self, data_set: str, full: FullTimestamp) -> None:
        """Takes one off the record: it has been fetched after all."""
        with self._transaction() as connection:
            connection.execute(
                "delete from full_timestamps where data_set = ? and moment = ?", (data_set, _ticks(full.moment))
            )

    # --- page sizes, only ever used to judge whether a single timestamp was cut off

    def mark_cut(self, call_id: int) -> None:
        """Notes that a later page proved this one not to be the end of its interval."""
        with self._transaction() as connection:
            connection.execute("update calls set is_cut = 1 where call_id = ?", (call_id,))

    def page_sizes(self, run_id: str | None = None, data_set: str | None = None) -> PageSizes:
        """Of one run or of all, as the platform may have changed its cap since; of one data set or of all."""
        with self._lock:
            row = self._connection.execute(
                "select min(case when is_cut then row_count end), max(case when is_cut then row_count end),"
                " coalesce(max(row_count), 0) from calls"
                " where coalesce(?1, run_id) = run_id and coalesce(?2, data_set) = data_set",
                (run_id, data_set),
            ).fetchone()
        return PageSizes(*row)

    def fullest_data_set(self) -> str:
        """The data set with the most rows received so far."""
        with self._lock:
            row = self._connection.execute(
                "select data_set from calls group by data_set order by sum(row_count) desc limit 1"
            ).fetchone()
        return str(row[0])

    # --- requests per span, for the rate limits

    def key_id(self, key: str) -> str:
        """An opaque name for the key, the same on every run."""
        with self._transaction() as connection:
            row = connection.execute("select value from salt").fetchone()
            salt: bytes = row[0] if row else secrets.token_bytes(16)
            if row is None:
                connection.execute("insert into salt values (?)", (salt,))
        return hashlib.scrypt(key.encode(), salt=salt, n=2**12, r=8, p=1, dklen=16).hex()

    def span(self, key_id: str, seconds: int) -> tuple[float, int] | None:
        """When the key's current span of that length started (Unix time) and how many requests it has had."""
        with self._lock:
            row = self._connection.execute(
                "select started_at, request_count from spans where key_id = ? and seconds = ?", (key_id, seconds)
            ).fetchone()
        return (row[0], row[1]) if row else None

    def set_spans(self, key_id: str, spans: dict[int, tuple[float, int]]) -> None:
        """Replaces the key's spans: by length in seconds, start (Unix time) and requests."""
        with self._transaction() as connection:
            connection.executemany(
                "insert or replace into spans values (?, ?, ?, ?)",
                [(key_id, seconds, start, count) for seconds, (start, count) in spans.items()],
            )

    # --- inside

    def _intervals(self, kind: str, data_set: str) -> list[Interval]:
        with self._lock:
            rows = self._connection.execute(
                "select after, until from intervals where kind = ? and data_set = ? order by after", (kind, data_set)
            ).fetchall()
        return [Interval(_moment(after), _moment(until)) for after, until in rows]

    def _replace(self, kind: str, data_set: str, intervals: list[Interval]) -> None:
        self._connection.execute("delete from intervals where kind = ? and data_set = ?", (kind, data_set))
        self._connection.executemany(
            "insert into intervals values (?, ?, ?, ?)",
            [(kind, data_set, _ticks(i.after), _ticks(i.until)) for i in intervals],
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection.in_transaction:  # called from within another of our transactions
                yield self._connection
                return
            self._connection.execute("begin immediate")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")


@contextmanager
def open_ledger(landing: Path) -> Iterator[Ledger]:
    """The landing folder's record, made if there is none, readable by its owner only."""
    path = landing / FILE_NAME
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with _readable(path), closing(_connect(f"file:{_quoted(path)}?mode=rw")) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.executescript(_SCHEMA)
        yield Ledger(connection)


@contextmanager
def read_ledger(landing: Path) -> Iterator[Ledger | None]:
    """The landing folder's record to read only; None where nothing was extracted."""
    path = landing / FILE_NAME
    if not path.exists():
        yield None
        return
    # In a folder that cannot be written SQLite can only read a file that it is told does not change.
    mode = "mode=ro" if os.access(landing, os.W_OK) else "immutable=1"
    with _readable(path), closing(_connect(f"file:{_quoted(path)}?{mode}")) as connection:
        empty = connection.execute("select count(*) from sqlite_master where name = 'spans'").fetchone()[0] == 0
        yield None if empty else Ledger(connection)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LoaderError(
            f"The record of what was extracted, {path}, cannot be used: {error}. If it is damaged, move it away: the"
            " next extract then fetches everything again, and rows that land twice do no harm."
        ) from error


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False)


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _ticks(moment: datetime) -> int:
    return (moment - _EPOCH) // TICK


def _moment(ticks: int) -> datetime:
    return _EPOCH + ticks * TICK


def _naive(ticks: int | None) -> datetime | None:
    return None if ticks is None else _moment(ticks).replace(tzinfo=None)
