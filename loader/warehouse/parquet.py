"""Schema `raw` as folders of Parquet files, for engines that read no DuckDB file: all of it, and only what is new.

One folder per table, one file per load run: its name is the run's moment and the fingerprint of what the run brought.
So what is to be written and what is to go can be told from names alone, and an export that was killed goes on where it
stopped. `manifest.json` lists the files and is there only while all of them are: who does not find it must not read.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from loader.catalog import FILE_SETS
from loader.disk import locked, sync
from loader.errors import DatabaseUnavailable, LoaderError, UsageError
from loader.warehouse.database import explain, literal, open_database, private_files, quote

MANIFEST = "manifest.json"
_DRAFT = ".draft"


@dataclass(frozen=True)
class _Part:
    """The rows of one file of a table."""

    table: str
    name: str
    condition: str
    """Which rows of the table, as SQL."""

    @property
    def path(self) -> str:
        return f"{self.table}/{self.name}.parquet"


@dataclass(frozen=True)
class RawExport:
    """What an export changed, and what the folder holds after it. All zero where nothing was new."""

    written_file_count: int
    removed_file_count: int
    row_counts: dict[str, int]
    """Rows of each file that was written, by its path in the folder."""


def export_raw(database: Path, folder: Path) -> RawExport:
    """Brings the folder up to what schema raw holds: all or nothing, and nothing where nothing is new.

    Raises UsageError where the folder is not one or holds something else, DatabaseUnavailable, AlreadyRunning, and
    LoaderError where there is nothing to export.
    """
    if not database.is_file():
        raise LoaderError(f"There is no database {database} to export from. Run `novoed load` first.")
    folder = folder.absolute()
    _check_folder(folder)
    with private_files():
        folder.mkdir(parents=True, exist_ok=True)
        with (
            locked(folder.with_name(f".{folder.name}.lock"), f"Another export is at work on {folder}"),
            open_database(database, read_only=True) as connection,
        ):
            shutil.rmtree(folder / _DRAFT, ignore_errors=True)
            try:
                return _bring_up_to_date(connection, folder)
            except duckdb.Error as error:
                raise DatabaseUnavailable(explain(database, error)) from error
            finally:
                shutil.rmtree(folder / _DRAFT, ignore_errors=True)


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--to {folder} is not a folder; give another one")
    found = [*folder.iterdir(), *folder.glob("*/*")] if folder.is_dir() else []
    strangers = sorted(
        str(path)
        for path in (path.relative_to(folder) for path in found)
        if path.parts[0] != _DRAFT and path != Path(MANIFEST) and not _is_of_a_table(folder, path)
    )
    if strangers:
        raise UsageError(f"--to {folder} holds something else already ({strangers[0]}); give a folder of its own")


def _is_of_a_table(folder: Path, path: Path) -> bool:
    """Whether it is a table's folder, or one of the files in there."""
    if len(path.parts) > 1:
        return path.suffix == ".parquet"
    return (folder / path).is_dir() and (path.name in FILE_SETS or path.name.startswith("_"))


def _bring_up_to_date(connection: duckdb.DuckDBPyConnection, folder: Path) -> RawExport:
    wanted = {part.path: part for part in _parts(connection)}
    present = {path.relative_to(folder).as_posix() for path in folder.glob("*/*.parquet")}
    missing, gone = sorted(wanted.keys() - present), sorted(present - wanted.keys())
    manifest = folder / MANIFEST
    if not missing and not gone and manifest.exists():
        return RawExport(0, 0, {})
    draft = folder / _DRAFT
    row_counts = {}
    for path in missing:
        (draft / path).parent.mkdir(parents=True, exist_ok=True)
        row_counts[path] = _write(connection, wanted[path], draft / path)
    # From here until the new manifest is there, the folder says of itself that it is not whole.
    manifest.unlink(missing_ok=True)
    for path in missing:
        (folder / path).parent.mkdir(exist_ok=True)
        (draft / path).rename(folder / path)
    for path in gone:
        (folder / path).unlink()
    for table in {path.partition("/")[0] for path in (*missing, *gone)}:
        sync(folder / table)
    draft.mkdir(exist_ok=True)
    listed = draft / MANIFEST
    listed.write_text(json.dumps({"files": sorted(wanted)}, indent=1), encoding="utf-8")
    sync(listed)
    listed.replace(manifest)
    sync(folder)
    return RawExport(len(missing), len(gone), row_counts)


def _parts(connection: duckdb.DuckDBPyConnection) -> Iterator[_Part]:
    """Every file that the folder should hold. Raises LoaderError where nothing was ever loaded."""
    tables = [
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'raw'"
            " order by table_name"
        ).fetchall()
    ]
    if "_files" not in tables:
        raise LoaderError("There is nothing to export yet. Run `novoed load` first.")
    for table in tables:
        if table in FILE_SETS:
            yield from _parts_of_data_set(connection, table)
        else:  # the loader's own records: small, so they are written anew when anything in them changes
            rows = connection.execute(f"select count(*), sum(hash(held)) from raw.{quote(table)} as held").fetchall()
            yield _Part(table, _fingerprint(_columns(connection, table), *rows), "true")


def _parts_of_data_set(connection: duckdb.DuckDBPyConnection, data_set: str) -> Iterator[_Part]:
    """A file per load run that brought rows; without any, one that has the columns alone."""
    files = connection.execute(
        "select loaded_at, source_file, sha256, landed_row_count from raw._files"
        " where data_set = ? and landed_row_count > 0 order by all",
        [data_set],
    ).fetchall()
    for run in sorted({loaded_at for loaded_at, *_ in files}):
        brought = [file for loaded_at, *file in files if loaded_at == run]
        name = f"{run:%Y%m%dT%H%M%S.%fZ}-{_fingerprint(*brought)}"
        yield _Part(data_set, name, f"_loaded_at = timestamp '{run:%Y-%m-%d %H:%M:%S.%f}'")
    if not files:
        yield _Part(data_set, f"no-rows-{_fingerprint(_columns(connection, data_set))}", "false")


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[object]:
    return list(connection.execute(f"describe raw.{quote(table)}").fetchall())


def _fingerprint(*rows: object) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


def _write(connection: duckdb.DuckDBPyConnection, part: _Part, to: Path) -> int:
    """Writes a file and returns how many rows it holds."""
    row = connection.execute(
        f"copy (select * from raw.{quote(part.table)} where {part.condition}) to {literal(str(to))} (format parquet,"
        " compression zstd)"
    ).fetchone()
    sync(to)
    return int(row[0]) if row else 0
