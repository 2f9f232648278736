"""What the last `dbt build` wrote into the database about itself, and whether its marts may be published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from loader.errors import LoaderError

Var = str | int | float | bool | list[str] | None

_SHOWN = 5
"""Names in a message; a build can leave out hundreds."""


@dataclass(frozen=True)
class BuildRecord:
    """A build that made every model anew and in which nothing failed."""

    finished_at: datetime
    as_of: datetime
    """The moment that the marts speak of, UTC."""
    vars: dict[str, Var]
    """Every var of dbt_project.yml, as it was in force."""
    project_version: str


def read_build_record(connection: duckdb.DuckDBPyConnection) -> BuildRecord:
    """The last build's record. Raises LoaderError where what it made must not be published, with what to do."""
    known = connection.execute(
        "select 1 from duckdb_columns() where database_name = current_database() and schema_name = 'reference'"
        " and table_name = 'build_record'"
    ).fetchall()
    if not known:
        raise LoaderError("There is no finished build to publish yet. Run `dbt build`, then publish again.")
    rows = connection.execute(
        "select started_at, finished_at, as_of, vars, project_version, result, failed_nodes, left_out,"
        " loaded_file_count, newest_loaded_at from reference.build_record"
    ).fetchall()
    ((started_at, finished_at, as_of, vars_, version, result, failed, left_out, file_count, newest_loaded_at),) = rows
    if result == "unfinished":
        raise LoaderError(
            f"The dbt build of {started_at:%Y-%m-%d %H:%M} UTC did not come to its end. Run `dbt build` again, then"
            " publish."
        )
    if result == "failed":
        raise LoaderError(
            f"The last dbt build failed: {_some(failed)}. Mend what dbt says, run `dbt build` again, then publish."
        )
    if result == "partial":
        raise LoaderError(
            f"The last dbt build left out {_some(left_out)}. Run `dbt build` without a selection, then publish."
        )
    loaded = connection.execute("select count(*), max(loaded_at) from raw._files").fetchone()
    if loaded != (file_count, newest_loaded_at):
        raise LoaderError("Schema raw has changed since the last dbt build. Run `dbt build` again, then publish.")
    return BuildRecord(finished_at, as_of, json.loads(vars_), version)


def read_as_of(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """The moment that the marts speak of, UTC, however the last build ended; None where there was none."""
    try:
        row = connection.execute("select as_of from reference.build_record").fetchone()
    except duckdb.CatalogException:
        return None
    return row[0] if row else None


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
