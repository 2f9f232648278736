"""The tables of schema `raw`: one per folder of the landing folder, all text; what was loaded, rejected, fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from loader.catalog import FILE_SETS
from loader.extract.coverage import COVERAGE_TABLES, coverage_rows
from loader.landing.header import OWN_COLUMNS
from loader.landing.incoming import Incoming
from loader.landing.records import Reject
from loader.warehouse.database import quote

_FILE_TYPES = {
    "data_set": "varchar",
    "source_file": "varchar",
    "sha256": "varchar",
    "byte_count": "bigint",
    "row_count": "bigint",
    "landed_row_count": "bigint",
    "rejected_row_count": "bigint",
    "loaded_at": "timestamp",
    "header": "varchar[]",
    "replaced_columns": "varchar[]",
}
"""raw._files. header: the names of the file's columns, in its order; NULL where an earlier version loaded it and it is
gone. replaced_columns: what contents of the file that were replaced had, NULL for none.
"""

_REJECT_TYPES = {
    "data_set": "varchar",
    "source_file": "varchar",
    "source_row": "bigint",
    "reason": "varchar",
    "raw_text": "varchar",
    "loaded_at": "timestamp",
}

_FRAME_TYPES = {
    "varchar": pl.String(),
    "bigint": pl.Int64(),
    "timestamp": pl.Datetime("us"),
    "varchar[]": pl.List(pl.String),
}

_OWN_TYPES = dict(zip(OWN_COLUMNS, ("varchar", "bigint", "timestamp"), strict=True))


def make_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes what is missing of schema `raw`: every table, and every documented column."""
    connection.execute("create schema if not exists raw")
    tables = {
        "_files": _FILE_TYPES,
        "_rejects": _REJECT_TYPES,
        **{name: dict.fromkeys(file_set.columns, "varchar") | _OWN_TYPES for name, file_set in FILE_SETS.items()},
    }
    there = column_names(connection)
    for table, types in tables.items():
        if table not in there:
            connection.execute(f"create table raw.{quote(table)} ({_definitions(types)})")
        else:  # databases of earlier versions lack some
            add_columns(connection, table, {name: types[name] for name in types if name not in there[table]})


def column_names(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The columns of every table of schema `raw`."""
    rows = connection.execute(
        "select table_name, list(lower(column_name)) from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'raw' group by all"
    ).fetchall()
    return {table: set(names) for table, names in rows}


def add_columns(connection: duckdb.DuckDBPyConnection, table: str, types: dict[str, str]) -> None:
    """Gives a table of schema `raw` the columns, by name and type."""
    for name, type_ in types.items():
        connection.execute(f"alter table raw.{quote(table)} add column {quote(name)} {type_}")


class FileRecord(NamedTuple):
    """What raw._files has of a file that was loaded before."""

    sha256: str
    byte_count: int
    header: list[str] | None
    replaced_columns: list[str] | None

    def columns_ever(self) -> list[str] | None:
        """Every column that the file has had so far."""
        return sorted({*(self.header or []), *(self.replaced_columns or [])}) or None


def file_records(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], FileRecord]:
    """Every file loaded so far, by data set and source file."""
    rows = connection.execute(
        "select data_set, source_file, sha256, byte_count, header, replaced_columns from raw._files"
    ).fetchall()
    return {(data_set, source_file): FileRecord(*others) for data_set, source_file, *others in rows}


def add_files(
    connection: duckdb.DuckDBPyConnection,
    files: list[Incoming],
    loaded_at: datetime,
    replaced_columns: list[str] | None,
) -> None:
    """Puts files that landed on record."""
    rows = [
        (
            file.file.data_set,
            file.file.source_file,
            file.sha256,
            file.byte_count,
            file.row_count,
            file.landed_row_count,
            file.row_count - file.landed_row_count,
            loaded_at,
            file.columns,
            replaced_columns,
        )
        for file in files
    ]
    _insert(connection, "_files", _FILE_TYPES, rows)


def add_rejects(
    connection: duckdb.DuckDBPyConnection, data_set: str, rejects: list[tuple[str, Reject]], loaded_at: datetime
) -> None:
    """Puts rejected records on record, each with its file's name."""
    rows = [
        (data_set, source_file, reject.source_row, reject.reason, reject.raw_text, loaded_at)
        for source_file, reject in rejects
    ]
    _insert(connection, "_rejects", _REJECT_TYPES, rows)


def note_header(connection: duckdb.DuckDBPyConnection, data_set: str, source_file: str, columns: list[str]) -> None:
    """For a file that an earlier version loaded, which kept no headers."""
    connection.execute(
        "update raw._files set header = ? where data_set = ? and source_file = ?", [columns, data_set, source_file]
    )


def forget_file(connection: duckdb.DuckDBPyConnection, data_set: str, source_file: str) -> None:
    """Deletes what an earlier version of the file left."""
    connection.execute(f"delete from raw.{quote(data_set)} where _source_file = ?", [source_file])
    for table in ("_rejects", "_files"):
        connection.execute(f"delete from raw.{table} where data_set = ? and source_file = ?", [data_set, source_file])


def write_extraction_tables(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Replaces what `extract` has on record; the tables exist, empty, also where nothing was ever extracted."""
    for name, rows in coverage_rows(landing).items():
        types = COVERAGE_TABLES[name]
        connection.execute(f"create or replace table raw.{name} ({_definitions(types)})")
        if rows:
            _insert(connection, name, types, [tuple(row[column] for column in types) for row in rows])


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, types: dict[str, str], rows: Sequence[tuple[object, ...]]
) -> None:
    """All rows at once, as a frame: row by row, as parameters, each took 3 ms."""
    frame = pl.DataFrame(rows, {name: _FRAME_TYPES[type_] for name, type_ in types.items()}, orient="row")
    connection.register("added", frame.to_arrow().__arrow_c_stream__())
    connection.execute(f"insert into raw.{table} by name from added")
    connection.unregister("added")


def _definitions(types: dict[str, str]) -> str:
    return ", ".join(f"{quote(name)} {type_}" for name, type_ in types.items())
