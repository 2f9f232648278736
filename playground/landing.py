"""The sample institution in the landing folder: made where there is nothing else, and never mixed with real people."""

from __future__ import annotations

from pathlib import Path

import duckdb

from loader.errors import UsageError
from loader.landing.folder import Landing, walk_landing
from loader.warehouse.database import open_database
from loader.warehouse.raw import forget_file
from playground.academy import write_sample
from playground.academy.folder import is_sample_file, remove_sample

MARKER = ".sample-institution"
"""A hidden file in the landing folder: what lies there was made up by `refresh`."""

_COMPLETE = "This landing folder was filled with the sample institution. `make clean` removes it.\n"


def is_sample(landing: Path) -> bool:
    """Whether the landing folder holds the sample, written by `make` or by hand."""
    return (landing / MARKER).exists() or any(is_sample_file(file.source_file) for file in walk_landing(landing).files)


def refuse_mixture(found: Landing, database: Path) -> None:
    """Raises UsageError if made-up and real people would mix, be it in the folder, in the database or between them."""
    landed, loaded = [file.source_file for file in found.files], _loaded_files(database)
    others_landed, others_loaded = (_others(files) for files in (landed, loaded))
    has_sample_landed, has_sample_loaded = len(others_landed) < len(landed), len(others_loaded) < len(loaded)
    if not (has_sample_landed or has_sample_loaded) or not (others_landed or others_loaded):
        return
    sample = found.folder if has_sample_landed else database
    others, where = (others_landed, found.folder) if others_landed else (others_loaded, database)
    cure = (
        "To have yours alone: `make clean`, then `make`"
        if others_landed
        else "To keep what is there, take the sample away: `novoed clean-sample`"
    )
    also = " and" if where == sample else f", {where}"
    raise UsageError(
        f"{sample} holds the sample institution{also} files of another source, such as {others[0]} ({len(others):,} in"
        f" all): made-up and real people would mix. Nothing was loaded. {cure}. To have both, set NOVOED_LANDING,"
        " NOVOED_DATABASE and NOVOED_PUBLISHED to other places for one of them."
    )


def refuse_sample(landing: Path) -> None:
    """Raises UsageError if real data would land beside the sample's."""
    if is_sample(landing):
        raise UsageError(
            f"Credentials are set, but {landing} holds the sample institution: made-up and real people would mix."
            " Run `make clean`, or set NOVOED_LANDING and NOVOED_DATABASE to other places."
        )


def needs_sample(landing: Path, found: Landing) -> bool:
    """Whether there are no CSV files, or the sample was not written to its end."""
    if (landing / MARKER).exists():
        return (landing / MARKER).read_text(encoding="utf-8") != _COMPLETE
    return not found.files and not found.unread


def fill_with_sample(landing: Path) -> dict[str, int]:
    """Writes the sample and its marker; returns rows by data set. A run that is killed is made good by the next."""
    landing.mkdir(parents=True, exist_ok=True)
    marker = landing / MARKER
    marker.write_text("incomplete\n", encoding="utf-8")
    rows = write_sample(landing)
    marker.write_text(_COMPLETE, encoding="utf-8")
    return rows


def holds_other_rows(database: Path) -> bool:
    """Whether files that are not the sample's were loaded, even if they are gone. Raises DatabaseUnavailable."""
    return bool(_others(_loaded_files(database)))


def clean_sample(landing: Path, database: Path) -> list[str]:
    """Removes the sample from the landing folder, and what of it was loaded; says in lines what became of it.

    A database that holds nothing else is removed as a whole. Raises DatabaseUnavailable.
    """
    lines, loaded = [], _loaded_files(database)
    if is_sample(landing):
        remove_sample(landing)
        (landing / MARKER).unlink(missing_ok=True)
        lines.append(f"Removed the sample institution from {landing}.")
    others = _others(loaded)
    if others and len(others) < len(loaded):
        _forget_sample(database)
        lines.append(f"Removed its rows from {database}, which holds others, too: build and publish again.")
    elif loaded and not others:
        database.unlink()
        Path(f"{database}.wal").unlink(missing_ok=True)
        lines.append(f"Removed {database}, which held nothing else.")
    return lines


def _others(source_files: list[str]) -> list[str]:
    return [source_file for source_file in source_files if not is_sample_file(source_file)]


def _loaded_files(database: Path) -> list[str]:
    """The files that were loaded, by path, even if they are gone."""
    if not database.is_file():
        return []
    with open_database(database, read_only=True) as connection:
        try:
            found = connection.execute("select source_file from raw._files order by source_file").fetchall()
        except duckdb.CatalogException:  # nothing was ever loaded
            return []
    return [str(source_file) for (source_file,) in found]


def _forget_sample(database: Path) -> None:
    with open_database(database) as connection:
        connection.begin()
        loaded = connection.execute("select data_set, source_file from raw._files").fetchall()
        for data_set, source_file in loaded:
            if is_sample_file(source_file):
                forget_file(connection, data_set, source_file)
        connection.commit()
