"""The tables of schema `raw`: one per data set, all text; what was loaded, what was rejected, what was fetched."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb

from loader.catalog import DATA_SETS
from loader.extract.coverage import coverage_tables
from loader.landing.header import OWN_COLUMNS
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

_OWN_TYPES = dict(zip(OWN_COLUMNS, ("varchar", "bigint", "timestamp"), strict=True))


def make_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes what is missing of schema `raw`: every table, and every documented column."""
    connection.execute("create schema if not exists raw")
    columns = ", ".join(f"{name} {type_}" for name, type_ in _FILE_TYPES.items())
    connection.execute(f"create table if not exists raw._files ({columns})")
    for name in ("header", "replaced_columns"):  # databases of earlier versions lack them
        connection.execute(f"alter table raw._files add column if not exists {name} {_FILE_TYPES[name]}")
    connection.execute(
        "create table if not exists raw._rejects (data_set varchar, source_file varchar, source_row bigint,"
        " reason varchar, raw_text varchar, loaded_at timestamp)"
    )
    for data_set in DATA_SETS.values():
        types = dict.fromkeys(data_set.columns, "varchar") | _OWN_TYPES
        columns = ", ".join(f"{quote(name)} {type_}" for name, type_ in types.items())
        connection.execute(f"create table if not exists raw.{quote(data_set.name)} ({columns})")
        add_columns(connection, data_set.name, list(data_set.columns))


def add_columns(connection: duckdb.DuckDBPyConnection, data_set: str, columns: list[str]) -> list[str]:
    """Gives the table of a data set the columns that it lacks, as text. Returns their names."""
    rows = connection.execute(
        "select lower(column_name) from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'raw' and table_name = ?",
        [data_set],
    ).fetchall()
    known = {name for (name,) in rows}
    missing = [column for column in columns if column not in known]
    for column in missing:
        connection.execute(f"alter table raw.{quote(data_set)} add column {quote(column)} varchar")
    return missing


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


def forget_file(connection: duckdb.DuckDBPyConnection, data_set: str, source_file: str) -> None:
    """Deletes what an earlier version of the file left."""
    connection.execute(f"delete from raw.{quote(data_set)} where _source_file = ?", [source_file])
    for table in ("_rejects", "_files"):
        connection.execute(f"delete from raw.{table} where data_set = ? and source_file = ?", [data_set, source_file])


def write_extraction_tables(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Replaces what `extract` has on record; the tables exist, empty, also where nothing was ever extracted."""
    for name, frame in coverage_tables(landing).items():
        connection.register("extraction", frame.to_arrow())
        connection.execute(f"create or replace table raw.{name} as select * from extraction")
        connection.unregister("extraction")
