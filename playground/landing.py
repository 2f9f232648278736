"""The sample institution in the landing folder: made where there is nothing else, and never mixed with real people."""

from __future__ import annotations

from pathlib import Path

import duckdb

from loader.errors import UsageError
from loader.landing.folder import Landing
from loader.warehouse.database import open_database
from loader.warehouse.raw import forget_file
from playground.academy import write_sample
from playground.academy.folder import PREFIX, remove_sample

MARKER = ".sample-institution"
"""A hidden file in the landing folder: what lies there was made up by `refresh`."""

_COMPLETE = "This landing folder was filled with the sample institution. `make clean` removes it.\n"


def is_sample(landing: Path) -> bool:
    """Whether the landing folder was filled with the sample."""
    return (landing / MARKER).exists()


def refuse_sample(landing: Path) -> None:
    """Raises UsageError if real data would land beside the sample's."""
    if is_sample(landing):
        raise UsageError(
            f"Credentials are set, but {landing} holds the sample institution: made-up and real people would mix."
            " Run `make clean`, or set NOVOED_LANDING and NOVOED_DATABASE to other places."
        )


def needs_sample(landing: Path, found: Landing) -> bool:
    """Whether there are no CSV files, or the sample was not written to its end."""
    if is_sample(landing):
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


def other_files(found: Landing) -> list[str]:
    """The source files that are not the sample's."""
    return [file.source_file for file in found.files if not file.path.name.startswith(PREFIX)]


def holds_other_rows(database: Path) -> bool:
    """Whether files that are not the sample's were loaded, even if they are gone. Raises DatabaseUnavailable."""
    if not database.is_file():
        return False
    with open_database(database, read_only=True) as connection:
        try:
            found = connection.execute(
                "select 1 from raw._files where not starts_with(parse_filename(source_file), ?) limit 1", [PREFIX]
            ).fetchone()
        except duckdb.CatalogException:  # nothing was ever loaded
            return False
    return found is not None


def clean_sample(landing: Path, database: Path) -> list[str]:
    """Removes the sample that `fill_with_sample` wrote, and what of it was loaded; says in lines what became of it.

    A database that holds nothing else is removed as a whole. Raises DatabaseUnavailable.
    """
    if not is_sample(landing):
        return []
    lines = [f"Removed the sample institution from {landing}."]
    if database.is_file():
        if holds_other_rows(database):
            _forget_sample(database)
            lines.append(f"Removed its rows from {database}, which holds others, too: build and publish again.")
        else:
            database.unlink()
            Path(f"{database}.wal").unlink(missing_ok=True)
            lines.append(f"Removed {database}, which held nothing else.")
    remove_sample(landing)
    (landing / MARKER).unlink()
    return lines


def _forget_sample(database: Path) -> None:
    with open_database(database) as connection:
        connection.begin()
        loaded = connection.execute("select data_set, source_file from raw._files").fetchall()
        for data_set, source_file in loaded:
            if Path(source_file).name.startswith(PREFIX):
                forget_file(connection, data_set, source_file)
        connection.commit()
