"""Puts the file published before back in the place of the published one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from loader.disk import lock_beside, locked
from loader.errors import LoaderError
from loader.settings import check_place
from loader.warehouse.database import private_files
from publisher.draft import draft_folder
from publisher.history import MODE, file_before, roll_back
from publisher.movements import opened
from publisher.record import read_publications


def put_back(to: Path, *, mode: int = MODE) -> datetime | None:
    """Exchanges the published file and the one before it, so that a second time undoes the first.

    Returns when the file that is published now was published first; None where it does not say, as one of an older
    version. Where `to` is a link, what it points to is replaced. Raises UsageError, AlreadyRunning, and LoaderError
    where there is no file before, or none that can be read.
    """
    check_place("--to", to)
    target = to.resolve()
    file_before(target)
    try:
        with (
            private_files(),
            locked(lock_beside(target), f"Another publish is at work on {target}"),
            draft_folder(target) as folder,
        ):
            published_at = _published_at(file_before(target))
            roll_back(target, mode, folder)
    except OSError as error:
        reason = error.strerror or error
        raise LoaderError(
            f"{to} cannot be written: {reason}. What is published stays as it was. Check who owns the folder."
        ) from None
    return published_at


def _published_at(file: Path) -> datetime | None:
    try:
        with opened(file) as connection:
            publications = read_publications(connection, "published")
    except duckdb.Error as error:
        raise LoaderError(
            f"The file published before, {file}, cannot be read ({str(error).splitlines()[0]}), so it is not put back."
            " Remove it to put back the one before it."
        ) from None
    return publications[0].published_at if publications else None
