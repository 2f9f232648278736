"""The analysts' file: what the last build made, written beside the published file and renamed over it.

One connection sees all: the database, read only (catalog `Sight.built`), the file that is about to be replaced
(catalog `published_before`, where there is one), and the draft of the new one (the current catalog once it is filled).
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from loader.disk import lock_beside, locked
from loader.errors import LoaderError, UsageError
from loader.settings import check_database, check_place
from loader.warehouse.database import literal, open_database, private_files, quote
from publisher.build_record import read_build_record
from publisher.changes import write_changes
from publisher.draft import SCHEMAS, copy_schemas, draft_folder
from publisher.gate import check_reasons, judge, write_findings
from publisher.history import KEEP, MODE, install, is_rolled_back, make_folder, set_mode
from publisher.parquet import opened_tables
from publisher.record import write_publication
from publisher.sight import Sight


@dataclass
class Published:
    """What the published file holds."""

    path: Path
    row_counts: dict[str, int] = field(default_factory=dict)
    """Rows by mart."""


def publish(
    database: Path,
    to: Path,
    *,
    accept: Collection[str] = (),
    without_names: bool = False,
    keep: int = KEEP,
    mode: int = MODE,
    tables: Path | None = None,
) -> Published:
    """Writes the published file and returns what it holds. Where `to` is a link, what it points to is replaced.

    `tables`: the folder of Parquet files that a build on Spark wrote, if what it made is published; what was loaded is
    still the database's.

    Whoever has the old file open keeps reading the old file, and the last `keep` files before it stay, hidden. If
    anything fails, the published file stays as it was. Without names, what names people is NULL. `accept`: reasons of
    the gate whose findings are let through.
    Raises UsageError for an unknown reason or if the target cannot be one, HeldBack, DatabaseUnavailable,
    AlreadyRunning, and LoaderError if there is nothing to publish or what the last build made must not be.
    """
    check_reasons(accept)
    check_database(database)
    if not database.is_file():
        raise LoaderError(f"There is no database {database} to publish from. Run `novoed load`, then `dbt build`.")
    target = _target(database, to)
    try:
        with private_files():
            make_folder(target.parent, mode)
            with (
                locked(lock_beside(target), f"Another publish is at work on {target}"),
                draft_folder(target) as folder,
            ):
                # The same name as the target's, so that whatever names the file's catalog holds after the rename.
                draft = folder / target.name
                published = _write(database, tables, target, draft, to, accept, without_names=without_names)
                set_mode(draft, target, mode)
                install(draft, target, keep)
    except OSError as error:
        reason = error.strerror or error
        raise LoaderError(
            f"{to} cannot be written: {reason}. What is published stays as it was. Check who owns the folder, and the"
            " space left."
        ) from None
    return published


def _target(database: Path, to: Path) -> Path:
    """The file that is replaced. Raises UsageError if it cannot be."""
    check_place("--to", to)
    target = to.resolve()
    if target == database.resolve() or (target.exists() and target.samefile(database)):
        raise UsageError(f"--to {to} is the database itself; publish to another file")
    for name in (to.name, target.name):
        if name.partition(".")[0].lower() in SCHEMAS:
            raise UsageError(f"--to {to} cannot be named like a schema in it; give it another name")
    return target


def _write(
    database: Path,
    tables: Path | None,
    target: Path,
    draft: Path,
    to: Path,
    accept: Collection[str],
    *,
    without_names: bool,
) -> Published:
    """Fills the draft. Raises HeldBack, DatabaseUnavailable, LoaderError."""
    with opened_tables(database, tables) if tables else open_database(database, read_only=True) as connection:
        try:
            built = _one_text(connection, "select current_database()")
            build = read_build_record(connection)
            before = _attach_before(connection, target, draft.with_name("before.duckdb"))
            passed = judge(Sight(connection, built, before, build, is_rolled_back(target)), accept)
            connection.execute("set preserve_insertion_order = true")
            connection.execute(f"attach {literal(str(draft))} as published_draft (read_write)")
            connection.execute("use published_draft")
            copy_schemas(connection, built, without_names=without_names)
            write_publication(connection, before=before, build=build, accepted=passed.reasons)
            write_findings(connection, passed.remembered)
            write_changes(connection, built=built, before=before, after="published_draft")
            connection.execute("checkpoint published_draft")
            published = _describe(connection, to)
            connection.execute(f"use {quote(built)}")
            connection.execute("detach published_draft")
        except duckdb.Error as error:
            advice = "Check the space left" if isinstance(error, duckdb.IOException) else "Run `dbt build`"
            raise LoaderError(
                f"{to} is not published, it stays as it was: {str(error).splitlines()[0]}. {advice}, then publish"
                " again."
            ) from error
    return published


def _attach_before(connection: duckdb.DuckDBPyConnection, target: Path, copy: Path) -> str | None:
    """Attaches the file published before and returns its catalog. Raises LoaderError where it cannot be read."""
    if not target.exists():
        return None
    try:
        try:
            connection.execute(f"attach {literal(str(target))} as published_before (read_only)")
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise
            # Somebody has it open for writing: what it held when it was published is in the file itself.
            shutil.copyfile(target, copy)
            connection.execute(f"attach {literal(str(copy))} as published_before (read_only)")
    except duckdb.Error as error:
        raise LoaderError(
            f"{target} cannot be read, so nothing could be compared with it ({str(error).splitlines()[0]}). Move it"
            " away, then publish again."
        ) from None
    return "published_before"


def _describe(connection: duckdb.DuckDBPyConnection, to: Path) -> Published:
    published = Published(to)
    marts = connection.execute(
        "select table_name from information_schema.tables"
        " where table_catalog = 'published_draft' and table_schema = 'marts' order by all"
    ).fetchall()
    for (name,) in marts:
        row = connection.execute(f"select count(*) from marts.{quote(name)}").fetchone()
        published.row_counts[name] = row[0] if row else 0
    return published


def _one_text(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    row = connection.execute(sql).fetchone()
    return str(row[0]) if row else ""
