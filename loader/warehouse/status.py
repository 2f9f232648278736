"""What is loaded and what is missing, by data set."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import duckdb

from loader.catalog import DATA_SETS, FILE_SETS
from loader.errors import DatabaseUnavailable
from loader.extract.coverage import Coverage, read_coverage
from loader.intervals import Interval
from loader.moments import iso
from loader.warehouse.database import explain, open_database, quote


class IntervalStatus(TypedDict):
    """`after` < updated timestamp <= `until`, ISO 8601 UTC with `Z`."""

    after: str
    until: str


class DataSetStatus(TypedDict):
    """What `status --json` says of a data set."""

    files: int
    rows: int
    """Rows in its raw table, all versions."""
    rejects: int
    covered: list[IntervalStatus]
    """What was fetched from the API."""
    gaps: list[IntervalStatus]
    last_load: str | None
    """When a file of the data set was last landed, ISO 8601 UTC."""


def read_status(landing: Path, database: Path) -> dict[str, DataSetStatus]:
    """By data set, all ten, zeros where there is no database yet; then the organization's own attributes, where files
    of them were loaded. Raises DatabaseUnavailable."""
    coverage = read_coverage(landing)
    loaded = _read_loaded(database) if database.exists() else {}
    result: dict[str, DataSetStatus] = {}
    for name in FILE_SETS:
        files, rows, rejects, last_load = loaded.get(name, (0, 0, 0, None))
        if name not in DATA_SETS and not files:
            continue
        known = coverage.get(name, Coverage())
        result[name] = DataSetStatus(
            files=files,
            rows=rows,
            rejects=rejects,
            covered=[_interval(interval) for interval in known.covered],
            gaps=[_interval(interval) for interval in known.gaps],
            last_load=iso(last_load.replace(tzinfo=UTC)) if last_load else None,
        )
    return result


def _read_loaded(database: Path) -> dict[str, tuple[int, int, int, datetime | None]]:
    """Files, rows, rejects and last load by data set."""
    with open_database(database, read_only=True) as connection:
        try:
            found = connection.execute(
                "select table_name from duckdb_tables()"
                " where database_name = current_database() and schema_name = 'raw'"
            ).fetchall()
            tables = {name for (name,) in found}
            present = [name for name in FILE_SETS if name in tables]
            rows = {name: _one(connection, f"select count(*) from raw.{quote(name)}") for name in present}
            result: dict[str, tuple[int, int, int, datetime | None]] = {
                name: (0, count, 0, None) for name, count in rows.items()
            }
            if {"_files", "_rejects"} <= tables:
                files = connection.execute(
                    "select data_set, count(*), sum(rejected_row_count)::bigint, max(loaded_at)"
                    " from raw._files group by all"
                ).fetchall()
                for name, file_count, reject_count, last_load in files:
                    result[name] = (file_count, rows.get(name, 0), reject_count, last_load)
            return result
        except duckdb.Error as error:
            raise DatabaseUnavailable(explain(database, error)) from error


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def _interval(interval: Interval) -> IntervalStatus:
    return IntervalStatus(after=iso(interval.after), until=iso(interval.until))
