"""The analysts' file: schemas `marts` and `audit`, written beside the published file and renamed over it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from loader.disk import sync
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
    """Writes the published file and returns what it holds.

    Whoever has the old file open keeps reading the old file. If anything fails, the published file stays as it was.
    Raises UsageError if the target cannot be one, DatabaseUnavailable, and LoaderError if there is nothing to publish.
    """
    if not database.is_file():
        raise LoaderError(f"There is no database {database} to publish from. Run `novoed load`, then `dbt build`.")
    if to.is_dir():
        raise UsageError(f"--to {to} is a folder; give the name of a file")
    if to.resolve() == database.resolve() or (to.exists() and to.samefile(database)):
        raise UsageError(f"--to {to} is the database itself; publish to another file")
    if to.name.partition(".")[0].lower() in SCHEMAS:
        raise UsageError(f"--to {to} cannot be named like a schema in it; give it another name")
    try:
        with private_files():
            to.parent.mkdir(parents=True, exist_ok=True)
            with _workshop(to) as folder:
                # The same name as the target's, so that whatever names the file's catalog holds after the rename.
                draft = folder / to.name
                published = _write(database, draft, to)
                draft.chmod(0o600)
                sync(draft)
                # Changes that somebody made to the old file must not be replayed on the new one.
                Path(f"{to}.wal").unlink(missing_ok=True)
                draft.replace(to)
                sync(to.parent)
    except OSError as error:
        reason = error.strerror or error
        raise LoaderError(f"{to} cannot be written: {reason}. What is published stays as it was.") from None
    return published


@contextmanager
def _workshop(to: Path) -> Iterator[Path]:
    """A hidden folder beside the target, removed in the end, as are those that killed runs left."""
    prefix = f".{to.name}.publishing-"
    for leftover in to.parent.glob(f"{_literal(prefix)}*"):
        with _locked(leftover) as is_ours:
            if is_ours:
                shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=to.parent))
    with _locked(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _literal(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Holds the folder's lock if nobody else does: a run that is alive keeps its folder. Yields whether it is held."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _write(database: Path, draft: Path, to: Path) -> Published:
    """Fills the draft. Raises DatabaseUnavailable, LoaderError."""
    with open_database(database, read_only=True) as connection:
        try:
            source = _one_text(connection, "select current_database()")
            connection.execute("set preserve_insertion_order = true")
            connection.execute(f"attach {_literal_text(str(draft))} as published_draft (read_write)")
            connection.execute("use published_draft")
            views = _copy(connection, source)
            connection.execute("checkpoint published_draft")
            published = _describe(connection, to)
            connection.execute(f"use {quote(source)}")
            connection.execute("detach published_draft")
            _check_views(draft, views)
        except duckdb.Error as error:
            raise LoaderError(f"{to} is not published, it stays as it was: {str(error).splitlines()[0]}") from error
    return published


def _copy(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """Copies every table and view of the published schemas from the catalog `source`. Returns the views' names."""
    relations = connection.execute(
        "select schema_name, table_name, null as sql, comment from duckdb_tables()"
        " where database_name = $source and schema_name in $schemas"
        " union all by name"
        " select schema_name, view_name as table_name, sql, comment from duckdb_views()"
        " where database_name = $source and schema_name in $schemas"
        " order by schema_name, table_name",
        {"source": source, "schemas": list(SCHEMAS)},
    ).fetchall()
    if not any(schema == "marts" for schema, *_ in relations):
        raise LoaderError("There are no marts to publish yet. Run `dbt build`, then publish again.")
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {quote(schema)}")
    pending: dict[str, str] = {}
    for schema, name, sql, _ in relations:
        relation = f"{quote(schema)}.{quote(name)}"
        if sql is None:
            connection.execute(f"create table {relation} as from {quote(source)}.{relation}")
        else:
            pending[relation] = _without_catalog(sql, source)
    views = _create_views(connection, source, pending)
    for schema, name, _, comment in relations:
        relation = f"{quote(schema)}.{quote(name)}"
        if comment is not None:
            kind = "view" if relation in views else "table"
            connection.execute(f"comment on {kind} {relation} is {_literal_text(comment)}")
    columns = connection.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns()"
        " where database_name = ? and schema_name in ? and comment is not null",
        [source, list(SCHEMAS)],
    ).fetchall()
    for schema, name, column, comment in columns:
        target = f"{quote(schema)}.{quote(name)}.{quote(column)}"
        connection.execute(f"comment on column {target} is {_literal_text(comment)}")
    return views


def _create_views(connection: duckdb.DuckDBPyConnection, source: str, pending: dict[str, str]) -> list[str]:
    """Creates the views in an order that works; one that reads an unpublished schema becomes a table."""
    views: list[str] = []
    while pending:
        is_stuck = True
        for relation, sql in list(pending.items()):
            try:
                connection.execute(sql)
            except duckdb.Error:
                continue
            views.append(relation)
            del pending[relation]
            is_stuck = False
        if is_stuck and pending:
            relation = next(iter(pending))
            del pending[relation]
            connection.execute(f"create table {relation} as from {quote(source)}.{relation}")
    return views


def _without_catalog(sql: str, catalog: str) -> str:
    """The view's SQL with `catalog.schema.x` shortened to `schema.x`: the published file may have another name.

    In every schema, so that a view over an unpublished one fails here, where only the published ones are.
    """
    names = "|".join(re.escape(name) for name in (quote(catalog), catalog))
    pattern = re.compile(rf"""('(?:[^']|'')*')|(?<![\w".])(?:{names})\.(?=(?:\w+|"[^"]+")\.)""", re.IGNORECASE)
    return pattern.sub(lambda match: match.group(1) or "", sql)


def _check_views(draft: Path, views: list[str]) -> None:
    """Every view must work in the file by itself. Raises duckdb.Error."""
    with duckdb.connect(draft, read_only=True) as connection:
        for view in views:
            connection.execute(f"from {view} limit 0")


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


def _literal_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
