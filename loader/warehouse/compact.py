"""The database file does not grow from run to run on equal data."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from loader.disk import sync
from loader.errors import DatabaseUnavailable
from loader.warehouse.database import literal, open_database, quote


def compact(database: Path) -> str | None:
    """Writes the file anew where more than half of it is free, and says so; None where there was no need.

    DuckDB keeps the room that replaced tables leave. Where it cannot be done the file stays as it is.
    """
    target = database.resolve()
    draft = target.with_name(f".{target.name}.compacting")
    leftovers = (draft, draft.with_name(f"{draft.name}.wal"))
    try:
        for leftover in leftovers:  # of a run that was killed
            leftover.unlink(missing_ok=True)
        with open_database(database, read_only=True) as connection:
            if not _is_half_free(connection):
                return None
        before = target.stat().st_size
        try:
            with open_database(database) as connection:
                _copy(connection, draft)
                shutil.copymode(target, draft)
                sync(draft)
                # While DuckDB's lock is still held: nobody can have written into the old file since.
                draft.replace(target)
                sync(target.parent)
        finally:
            for leftover in leftovers:
                leftover.unlink(missing_ok=True)
    except (duckdb.Error, DatabaseUnavailable, OSError) as error:
        reason = str(error).splitlines()[0]
        return f"note: {database} is half empty and could not be compacted; nothing is lost: {reason}"
    return f"Compacted {database}, more than half of which was free: {_mib(before)} → {_mib(target.stat().st_size)}."


def _is_half_free(connection: duckdb.DuckDBPyConnection) -> bool:
    sizes = connection.execute(
        "select free_blocks * 2 > total_blocks from pragma_database_size() where database_name = current_database()"
    ).fetchone()
    return bool(sizes and sizes[0])


def _copy(connection: duckdb.DuckDBPyConnection, draft: Path) -> None:
    """Everything in the database, comments too, into a new file; views keep the catalog's name that they hold."""
    name = connection.execute("select current_database()").fetchall()[0][0]
    connection.execute("set preserve_insertion_order = true")
    connection.execute("checkpoint")  # nothing is left in a log that would be read into the new file
    connection.execute(f"attach {literal(str(draft))} as compacted")
    connection.execute(f"copy from database {quote(name)} to compacted")
    connection.execute("checkpoint compacted")
    connection.execute("detach compacted")


def _mib(byte_count: int) -> str:
    return f"{byte_count / (1 << 20):,.1f} MiB"
