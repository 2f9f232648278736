"""The analysts' file: schemas `marts` and `audit`, written beside the published file and renamed over it."""

from __future__ import annotations

import glob
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from loader.disk import locked, sync
from loader.errors import LoaderError, UsageError
from loader.warehouse.database import open_database, private_files, quote

SCHEMAS = ("marts", "audit")


@dataclass
class Published:
    """What the published file holds."""

    path: Path
    row_counts: dict[str, int] = field(default_factory=dict)
    """Rows by mart."""
    left_out: list[tuple[str, str, int]] = field(default_factory=list)
    """Data set, reason and row count of the raw rows that are in no mart."""


def publish(database: Path, to: Path) -> Published:
    """Writes the published file and returns what it holds. Where `to` is a link, what it points to is replaced.

    Whoever has the old file open keeps reading the old file. If anything fails, the published file stays as it was.
    Raises UsageError if the target cannot be one, DatabaseUnavailable, AlreadyRunning, and LoaderError if there is
    nothing to publish.
    """
    if not database.is_file():
        raise LoaderError(f"There is no database {database} to publish from. Run `novoed load`, then `dbt build`.")
    if to.is_dir():
        raise UsageError(f"--to {to} is a folder; give the name of a file")
    target = to.resolve()
    if target == database.resolve() or (target.exists() and target.samefile(database)):
        raise UsageError(f"--to {to} is the database itself; publish to another file")
    for name in (to.name, target.name):
        if name.partition(".")[0].lower() in SCHEMAS:
            raise UsageError(f"--to {to} cannot be named like a schema in it; give it another name")
    try:
        with private_files():
            target.parent.mkdir(parents=True, exist_ok=True)
            with _draft_folder(target) as folder:
                # The same name as the target's, so that whatever names the file's catalog holds after the rename.
                draft = folder / target.name
                published = _write(database, draft, to)
                draft.chmod(0o600)
                sync(draft)
                # Changes that somebody made to the old file must not be replayed on the new one.
                Path(f"{target}.wal").unlink(missing_ok=True)
                draft.replace(target)
                sync(target.parent)
    except OSError as error:
        reason = error.strerror or error
        raise LoaderError(
            f"{to} cannot be written: {reason}. What is published stays as it was. Check who owns the folder, and the"
            " space left."
        ) from None
    return published


@contextmanager
def _draft_folder(target: Path) -> Iterator[Path]:
    """A hidden folder beside the target, removed in the end, as are those that killed runs left."""
    prefix = f".{target.name}.publishing-"
    with locked(target.with_name(f".{target.name}.lock"), f"Another publish is at work on {target}"):
        for leftover in target.parent.glob(f"{glob.escape(prefix)}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _write(database: Path, draft: Path, to: Path) -> Published:
    """Fills the draft. Raises DatabaseUnavailable, LoaderError."""
    with open_database(database, read_only=True) as connection:
        try:
            source = _one_text(connection, "select current_database()")
            connection.execute("set preserve_insertion_order = true")
            connection.execute(f"attach {_literal(str(draft))} as published_draft (read_write)")
            connection.execute("use published_draft")
            _copy(connection, source)
            connection.execute("checkpoint published_draft")
            published = _describe(connection, to)
            connection.execute(f"use {quote(source)}")
            connection.execute("detach published_draft")
        except duckdb.Error as error:
            raise LoaderError(
                f"{to} is not published, it stays as it was: {str(error).splitlines()[0]}. Run `dbt build`, then"
                " publish again."
            ) from error
    return published


def _copy(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Copies every table and view of the published schemas from the catalog `source`, as tables with their comments."""
    relations = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables()"
        " where database_name = $source and schema_name in $schemas"
        " union all by name"
        " select schema_name, view_name as table_name, comment from duckdb_views()"
        " where database_name = $source and schema_name in $schemas"
        " order by schema_name, table_name",
        {"source": source, "schemas": list(SCHEMAS)},
    ).fetchall()
    if not any(schema == "marts" for schema, *_ in relations):
        raise LoaderError("There are no marts to publish yet. Run `dbt build`, then publish again.")
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {quote(schema)}")
    for schema, name, comment in relations:
        relation = f"{quote(schema)}.{quote(name)}"
        connection.execute(f"create table {relation} as from {quote(source)}.{relation}")
        if comment is not None:
            connection.execute(f"comment on table {relation} is {_literal(comment)}")
    columns = connection.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns()"
        " where database_name = ? and schema_name in ? and comment is not null",
        [source, list(SCHEMAS)],
    ).fetchall()
    for schema, name, column, comment in columns:
        target = f"{quote(schema)}.{quote(name)}.{quote(column)}"
        connection.execute(f"comment on column {target} is {_literal(comment)}")


def _describe(connection: duckdb.DuckDBPyConnection, to: Path) -> Published:
    published = Published(to)
    names = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = 'published_draft' and (table_schema = 'marts' or table_name = 'row_accounting')"
        " order by all"
    ).fetchall()
    for schema, name in names:
        if schema == "marts":
            row = connection.execute(f"select count(*) from marts.{quote(name)}").fetchone()
            published.row_counts[name] = row[0] if row else 0
        else:
            published.left_out = connection.execute(
                "select data_set, reason, row_count from audit.row_accounting"
                " where reason <> 'in_scope' and row_count > 0 order by data_set, row_count desc, reason"
            ).fetchall()
    return published


def _one_text(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    row = connection.execute(sql).fetchone()
    return str(row[0]) if row else ""


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
