"""The marts of the published file as files of their own: parquet and csv by DuckDB's COPY, xlsx by `publisher.sheet`.

Each file is written hidden in the folder and renamed when it is complete, so that a reader finds it whole or not at
all. Nothing is held in memory but the rows under way.
"""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

from loader.disk import sync
from loader.errors import LoaderError, UsageError
from loader.warehouse.database import literal, private_files, quote
from publisher.movements import opened
from publisher.sheet import SheetTooSmall, write_sheet

SCHEMA = "marts"
_MEMORY = "1GiB"

_FORMULA_BEGINS = r"^[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001 (a spreadsheet takes the wide ones, too)
"""Texts that a spreadsheet may run when it opens a CSV (OWASP, CSV injection)."""


class Format(StrEnum):
    """What kind of file."""

    PARQUET = "parquet"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Exported:
    """What became of a table."""

    table: str
    file: Path
    row_count: int = 0
    failure: str | None = None
    """Why there is no file, and what to do; a file that an earlier export wrote stays as it was."""


def export(published: Path, to: Path, format_: Format, marts: Collection[str] = ()) -> Iterator[Exported]:
    """Writes `<mart>.<format>` into the folder for each mart, or for those named, and tells of each as it is done.

    Raises UsageError for a mart that is not there or a folder that is not one, before anything is written; LoaderError
    where there is nothing published or the folder cannot be written.
    """
    if to.exists() and not to.is_dir():
        raise UsageError(f"--to {to} is not a folder; give another one")
    if not published.is_file():
        raise LoaderError(f"There is no published file {published} yet. Run `make`, or `novoed publish`.")
    try:
        with private_files(), opened(published) as connection:
            tables = _picked(connection, marts)
            connection.execute(f"set memory_limit = '{_MEMORY}'")
            connection.execute("set threads = 2")  # each holds a group of rows
            to.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".export-", dir=to) as folder:
                for table in tables:
                    yield _write(connection, table, Path(folder), to / f"{table}.{format_}", format_)
            sync(to)
    except duckdb.Error as error:
        raise LoaderError(f"{published} cannot be read: {str(error).splitlines()[0]} Publish it again.") from None
    except OSError as error:
        raise LoaderError(
            f"{to} cannot be written: {error.strerror or error}. Check who owns the folder, and the space left."
        ) from None


def _picked(connection: duckdb.DuckDBPyConnection, names: Collection[str]) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database() and schema_name = ?"
        " order by table_name",
        [SCHEMA],
    ).fetchall()
    known = [name for (name,) in rows]
    if not known:
        raise LoaderError("The published file has no marts. Publish it again.")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
            raise UsageError(f"There is no mart {name}. Did you mean {near}? All of them: {', '.join(known)}")
    return [name for name in known if name in names] if names else known


def _write(connection: duckdb.DuckDBPyConnection, table: str, folder: Path, file: Path, format_: Format) -> Exported:
    relation = f"{quote(SCHEMA)}.{quote(table)}"
    draft = folder / file.name
    try:
        if format_ is Format.XLSX:
            row_count = write_sheet(connection, relation, table, draft)
        elif format_ is Format.CSV:
            row_count = _copy(
                connection, f"select {_guarded(connection, relation)} from {relation}", draft, "csv, header"
            )
        else:
            row_count = _copy(connection, f"from {relation}", draft, "parquet")
    except SheetTooSmall as error:
        earlier = f" {file} is still that of an earlier export." if file.exists() else ""
        return Exported(table, file, failure=f"{error} Export it with --format parquet or csv.{earlier}")
    draft.chmod(0o600)
    sync(draft)
    draft.replace(file)
    return Exported(table, file, row_count)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path, options: str) -> int:
    try:
        row = connection.execute(f"copy ({query}) to {literal(str(file))} (format {options})").fetchone()
    except duckdb.IOException as error:
        raise OSError(str(error).splitlines()[0]) from None
    return int(row[0]) if row else 0


def _guarded(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """The SELECT list in which a text that a spreadsheet would take for a formula has an apostrophe in front."""
    described = connection.execute(f"describe {relation}").fetchall()
    texts = [quote(name) for name, type_, *_ in described if type_ == "VARCHAR"]
    guards = [
        f"case when regexp_matches({text}, '{_FORMULA_BEGINS}') then '''' || {text} else {text} end as {text}"
        for text in texts
    ]
    return f"* replace ({', '.join(guards)})" if guards else "*"
