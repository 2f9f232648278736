"""One small SQLite file, durable to the last transaction, which the threads of a run share."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from loader.errors import LoaderError

Value = str | int | float | bytes | None


_OUTSIDE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
"""Errors that are not the file's own: a full disk, a folder that cannot be written."""


class Store:
    """Reads and writes the file; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self, *, is_read_only: bool = False) -> Iterator[sqlite3.Connection]:
        """All or nothing, and of one moment; within another transaction of the same thread a part of that one."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("begin" if is_read_only else "begin immediate")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")


@contextmanager
def open_store(file: Path, schema: str) -> Iterator[Store]:
    """The file with the tables of `schema`, made if there is none, readable by its owner only."""
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    with _usable(file), closing(_connect(file, "mode=rw")) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.executescript(schema)
        yield Store(connection)


@contextmanager
def read_store(file: Path) -> Iterator[Store | None]:
    """The file as it is now, to read only, all of one moment; None where there is none."""
    if not file.exists():
        yield None
        return
    # In a folder that cannot be written SQLite can only read a file that it is told does not change.
    mode = "mode=ro" if os.access(file.parent, os.W_OK) else "immutable=1"
    with _usable(file), closing(_connect(file, mode)) as connection:
        store = Store(connection)
        with store.transaction(is_read_only=True):
            yield store


@contextmanager
def _usable(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "").startswith(_OUTSIDE):
            raise LoaderError(
                f"The record of what was extracted, {file}, cannot be used: {error}. What was fetched before stays;"
                " check the space left, and who owns the folder, then run it again."
            ) from error
        raise LoaderError(
            f"The record of what was extracted, {file}, cannot be used: {error}. If it is damaged, move it away: the"
            " next extract then fetches everything again, and rows that land twice do no harm."
        ) from error


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    path = str(file.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(
        f"file:{path}?{mode}", uri=True, timeout=30, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection
