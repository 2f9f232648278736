"""The DuckDB file: private to its owner, one job at a time, always closed, clear messages where it cannot be had."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from loader.disk import lock_beside, locked
from loader.errors import DatabaseUnavailable
from loader.settings import check_database

MEMORY_LIMIT = "1GiB"
"""DuckDB's share where NOVOED_MEMORY does not count: it is for load and build."""
STORAGE_VERSION = "v1.4.0"
"""How a new working file is written: text takes less time than in DuckDB's default, which every version reads.
A file keeps what it was made with. The published one is for readers of any version."""


def quote(identifier: str) -> str:
    """The identifier as SQL text."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def private_files() -> Iterator[None]:
    """Within it new files are readable by their owner only."""
    umask = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(umask)


@contextmanager
def at_work_on(database: Path) -> Iterator[None]:
    """Holds the database for a whole job: between its parts, when DuckDB holds no lock, nobody else's job begins.

    A plain `dbt build` stands outside of it. Raises AlreadyRunning at once where another job is at work, and
    UsageError if the name cannot be used.
    """
    check_database(database)
    target = database.resolve()
    with private_files():
        target.parent.mkdir(parents=True, exist_ok=True)
    with locked(lock_beside(target), f"Another run is at work on {database}"):
        yield


@contextmanager
def interruptible(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection, closed in the end; within it a Ctrl+C during a query is one."""
    try:
        yield connection
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # how DuckDB passes it on
            connection.interrupt()  # else closing may wait for the query to come to its own end
            raise KeyboardInterrupt from None
        raise
    finally:
        connection.close()


@contextmanager
def open_database(
    path: Path, *, read_only: bool = False, memory: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the database file, which is made with mode 0600 if need be; `memory` is its memory_limit.

    Raises DatabaseUnavailable, and UsageError if its name cannot be used.
    """
    with private_files():
        try:
            check_database(path)
            if not read_only:
                path.parent.mkdir(parents=True, exist_ok=True)
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": memory,
                "preserve_insertion_order": False,
            }
            if not read_only:
                config["storage_compatibility_version"] = STORAGE_VERSION
            connection = duckdb.connect(path, read_only=read_only, config=config)
        except (duckdb.Error, OSError) as error:
            raise DatabaseUnavailable(explain(path, error)) from None
        with interruptible(connection):
            yield connection


def explain(path: Path, error: duckdb.Error | OSError) -> str:
    """What keeps the database from being opened, and what to do."""
    text = str(error)
    if "Conflicting lock" in text:
        holder = re.search(r"PID (\d+)", text)
        who = f"process {holder.group(1)}{_command(holder.group(1))}" if holder else "another process"
        return f"The database {path} is in use by {who}. Close that program or wait for it, then try again."
    if "not a valid DuckDB database" in text:
        return f"{path} is not a DuckDB database. Move it away, or set NOVOED_DATABASE to another file."
    if isinstance(error, PermissionError) or "Permission denied" in text:
        return f"The database {path} cannot be opened: permission denied. Check who owns the file and its folder."
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"The memory is not enough for the database {path}. Give it more with NOVOED_MEMORY, such as 4GB."
    return (
        f"The database {path} cannot be used: {text.splitlines()[0]} Check the space left; if the file is damaged, move"
        " it away: load makes it anew from the CSV files."
    )


def _command(pid: str) -> str:
    """The name of the process's program and script, never its other arguments; empty where it cannot be told."""
    try:
        arguments = Path("/proc", pid, "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return ""
    words = [arguments[0], *(arguments[2:3] if arguments[1:2] == ["-m"] else arguments[1:2])]
    names = [Path(word).name for word in words if word and not word.startswith("-")]
    return f" ({' '.join(names)})" if names else ""
