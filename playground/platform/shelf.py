"""What the stand-in serves: every data set's records in DuckDB, sorted by the moment the API filters on."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from loader.catalog import DATA_SETS, DataSet
from loader.landing.folder import walk_landing
from loader.moments import TICK, ticks
from loader.warehouse.database import quote
from loader.warehouse.load import load_files

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
"""Column names and rows of text."""


@dataclass(frozen=True)
class Quirks:
    """What is odd about the platform's data."""

    hidden_fractions: bool = False
    """The server filters on fractions of a second where the CSV prints whole seconds."""
    hourly_ties: bool = False
    """Every timestamp is the full hour, so that many rows share it."""
    new_column: bool = False
    """Each data set has a column that no dictionary knows."""
    late_calls: int = 0
    """See Faults.late_calls."""


class Shelf:
    """Pages of records, newest first; safe to share between threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, quirks: Quirks) -> None:
        self._connection, self._quirks = connection, quirks
        self._lock = threading.Lock()
        self._headers: dict[str, str] = {}
        self.unreadable: dict[str, int] = {}
        """Records without a readable updated timestamp, by data set: the API cannot serve them."""
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema if not exists served")

    def put(self, data_set: DataSet, source: str, columns: Sequence[str]) -> None:
        """Fills a data set from a table or view whose columns are all text."""
        names = list(columns)
        updated = data_set.updated_column
        if updated not in names:
            names.append(updated)
        texts = {name: (quote(name) if name in columns else "null") for name in names}
        if self._quirks.new_column:
            texts["brand_new"], names = "'news'", [*names, "brand_new"]
        moment = (
            f"epoch_us(try_cast(regexp_replace(trim({texts[updated]}), '\\s*(UTC|GMT|Z)$', '+00', 'i') as timestamptz))"
        )
        if self._quirks.hourly_ties:
            moment = f"({moment} // 3600000000 * 3600000000)"
            texts[updated] = f"strftime(make_timestamp({moment}), '%Y-%m-%dT%H:%M:%SZ')"
        place = names.index(updated)
        head = "concat_ws(',', " + ", ".join([*map(_field, [texts[n] for n in names[:place]]), "''"]) + ")"
        tail = "concat_ws(',', " + ", ".join(["''", *map(_field, [texts[n] for n in names[place + 1 :]])]) + ")"
        hidden = (
            "case when ts % 1000000 = 0 then hash(head, tail) % 1000000 else 0 end"
            if self._quirks.hidden_fractions
            else "0"
        )
        late = "0"
        if self._quirks.late_calls:
            cadence = data_set.cadence // TICK
            late = (
                f"case when ts > max(ts) over () - {cadence} and hash(tail, head) % 5 = 0"
                f" then {self._quirks.late_calls} else 0 end"
            )
        with self._lock:
            self._connection.execute(
                f"create or replace table served.{quote(data_set.name)} as"
                f" with records as (select distinct {moment} as ts, {head} as head,"
                f" {_field(texts[updated])} as printed, {tail} as tail from {source})"
                f" select cast(ts + {hidden} as bigint) as ts, {late} as visible_from, head, printed, tail"
                " from records where ts is not null order by 1 desc"
            )
            self._headers[data_set.name] = ",".join(names) + "\n"
            self.unreadable[data_set.name] = self._count(f"select count(*) from {source}") and self._count(
                f"select count(*) from (select {moment} as ts from {source}) where ts is null"
            )

    def header(self, data_set: str) -> str:
        """The data set's header line."""
        return self._headers[data_set]

    def page(self, data_set: str, after: datetime, until: datetime, limit: int, call: int) -> list[str]:
        """At most `limit` records with after < moment <= until, newest first, that are visible to that call."""
        with self._lock:
            rows = self._connection.execute(
                f"select head || printed || tail from served.{quote(data_set)} where ts > ? and ts <= ?"
                " and visible_from <= ? order by ts desc, rowid limit ?",
                [ticks(after), ticks(until), call, limit],
            ).fetchall()
        return [row[0] for row in rows]

    def count(self, data_set: str) -> int:
        """Records of the data set."""
        with self._lock:
            return self._count(f"select count(*) from served.{quote(data_set)}")

    def records(self, data_set: str) -> list[str]:
        """All records as they are now, newest first."""
        return self.page(data_set, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC), 1 << 60, 1 << 60)

    def move(self, data_set: str, nth: int, now: datetime) -> None:
        """Updates the nth newest record: it now bears the present moment."""
        printed = (
            now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            if not self._quirks.hidden_fractions
            else now.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        with self._lock:
            table = f"served.{quote(data_set)}"
            self._connection.execute(
                f"update {table} set ts = ?, printed = ? where rowid ="
                f" (select rowid from {table} order by ts desc, rowid limit 1 offset ?)",
                [ticks(now), printed, nth],
            )

    def _count(self, sql: str) -> int:
        row = self._connection.execute(sql).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def shelf_of_landing(landing: Path, quirks: Quirks | None = None) -> Iterator[Shelf]:
    """Everything that `load` would read from the landing folder, in a temporary database on disk."""
    with tempfile.TemporaryDirectory(prefix="standin-") as folder:
        database = Path(folder) / "standin.duckdb"
        for _ in load_files(database, walk_landing(landing)):
            pass
        with duckdb.connect(str(database)) as connection:
            shelf = Shelf(connection, quirks or Quirks())
            for data_set in DATA_SETS.values():
                description = connection.execute(f"select * from raw.{quote(data_set.name)} limit 0").description or []
                columns = [str(column[0]) for column in description if not column[0].startswith("_")]
                shelf.put(data_set, f"raw.{quote(data_set.name)}", columns)
            yield shelf


@contextmanager
def shelf_of_tables(tables: Mapping[str, Table], quirks: Quirks | None = None) -> Iterator[Shelf]:
    """Data sets from text in memory; the ones not given are empty."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("set threads = 1")
        shelf = Shelf(connection, quirks or Quirks())
        for data_set in DATA_SETS.values():
            columns, rows = tables.get(data_set.name, (data_set.columns, []))
            frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
            connection.register("incoming", frame.to_arrow())
            shelf.put(data_set, "incoming", columns)
            connection.unregister("incoming")
        yield shelf


def _field(text: str) -> str:
    """SQL that writes a text as a CSV field."""
    return (
        f"case when regexp_matches({text}, '[\",\\n\\r]') then '\"' || replace({text}, '\"', '\"\"') || '\"'"
        f" else coalesce({text}, '') end"
    )
