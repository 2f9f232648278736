"""What `doctor` looks at: the machine, the settings, the files and the API, one finding each; it changes nothing.

Only the call to the API is on record in the landing folder, as it counts against the platform's limits.
"""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb
from packaging.requirements import Requirement

from loader.disk import holder_of, lock_beside
from loader.errors import DatabaseUnavailable, LoaderError
from loader.extract.attempt import try_api
from loader.extract.run import LOCK_NAME
from loader.landing.folder import walk_landing
from loader.settings import ENV_FILE, Settings, read_known_settings, unknown_settings
from loader.warehouse.database import explain, open_database
from novoed.dbt import ROOT
from novoed.screen.console import counted
from publisher.build_record import read_build_record
from publisher.movements import opened
from publisher.record import read_publications

PYTHONS = ((3, 11), (3, 13))
"""The oldest and the newest that this project is tried with."""
_SHOWN_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "polars")
_GIB = 2**30
_LEAST_FREE = _GIB
"""Bytes: less is worth a word even where the database is small."""
_SHOWN_FILES = 10

HOW_TO_GET_A_KEY = (
    "there is no key yet, and without one your own CSV files do. For a key an Org Admin of your organization asks its"
    " customer success manager at NovoEd, or the Support Team (hello@novoed.com), to enable Programmatic Access to"
    " Org-Level Analytics Data; only requests of Org Admins are processed. Then they set up key and secret, as in the"
    " help article How to Request and Set Up an API Key and Secret. Put them into .env, as .env.example says"
)


class Verdict(StrEnum):
    """How a finding stands."""

    OK = "ok"
    NOTE = "note"
    """Nothing is wrong, something is yet to come."""
    DO = "do"
    """Something is to be done."""


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it stands, and what to do."""

    subject: str
    verdict: Verdict
    text: str


def examine() -> Iterator[Finding]:
    """Everything, one after the other; what depends on settings that cannot be used is left out, and that is said."""
    yield _python()
    yield _packages()
    settings = None
    try:
        unknown = unknown_settings()
        yield from (Finding("settings", Verdict.DO, sentence) for sentence in unknown)
        settings = read_known_settings()
        if not unknown:
            yield Finding("settings", Verdict.OK, _what_is_set(settings))
    except LoaderError as error:
        yield Finding("settings", Verdict.DO, str(error))
    if settings is None:
        yield Finding("all else", Verdict.NOTE, "was not looked at: it depends on the settings")
        return
    for subject, look in _LOOKS.items():
        try:
            yield from (Finding(subject, verdict, text) for verdict, text in look(settings))
        except LoaderError as error:
            yield Finding(subject, Verdict.DO, str(error))
        except duckdb.Error as error:
            yield Finding(subject, Verdict.DO, explain(settings.database, error))
        except OSError as error:
            yield Finding(subject, Verdict.DO, f"{error.filename}: {error.strerror}; check who owns it")


def _python() -> Finding:
    oldest, newest = PYTHONS
    found = ".".join(map(str, sys.version_info[:3]))
    if oldest <= sys.version_info[:2] <= newest:
        return Finding("Python", Verdict.OK, found)
    wanted = " to ".join(f"{major}.{minor}" for major, minor in PYTHONS)
    text = f"{found} is not one of {wanted}. Remove .venv, then: make PYTHON=python{newest[0]}.{newest[1]}"
    return Finding("Python", Verdict.DO, text)


def _packages() -> Finding:
    """Whether what is installed is what this version of the project asks for; after an update it may not be."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wrong = []
    for text in project["dependencies"]:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            wrong.append(f"{wanted.name} is not installed")
            continue
        if found not in wanted.specifier:
            wrong.append(f"{wanted.name} is {found}, not {wanted.specifier}")
    if wrong:
        return Finding("packages", Verdict.DO, f"{'; '.join(wrong)}. Remove .venv, then: make")
    shown = ", ".join(f"{name} {version(name)}" for name in _SHOWN_PACKAGES)
    return Finding("packages", Verdict.OK, f"novoed-warehouse {project['version']}, {shown}")


def _what_is_set(settings: Settings) -> str:
    """Names only."""
    names = ", ".join(f"NOVOED_{name.upper()}" for name in Settings.model_fields if name in settings.model_fields_set)
    where = f" ({ENV_FILE} is read)" if ENV_FILE.is_file() else ""
    return f"{names or 'all at their defaults'}{where}"


_Looked = Iterator[tuple[Verdict, str]]


def _places(settings: Settings) -> dict[str, Path]:
    return {
        "the landing folder": settings.landing,
        "the folder of the database": settings.database.absolute().parent,
        "the folder of the published file": settings.published.absolute().parent,
    }


def _existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    return next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())


def _permissions(settings: Settings) -> _Looked:
    complaints = []
    for name, path in _places(settings).items():
        place = _existing(path)
        if not place.is_dir():
            complaints.append(f"{name}, {path}, cannot be: {place} is a file")
        elif not os.access(place, os.R_OK | os.W_OK | os.X_OK):
            complaints.append(f"{name}, {path}, cannot be written by this account; check who owns {place}")
    for file, mode in ((settings.database, os.R_OK | os.W_OK), (settings.published, os.R_OK)):
        if file.exists() and not os.access(file, mode):
            complaints.append(f"{file} cannot be opened by this account; check who owns it")
    yield from ((Verdict.DO, complaint) for complaint in complaints)
    if not complaints:
        yield Verdict.OK, ", ".join(_places(settings)) + " can be written"


def _disk(settings: Settings) -> _Looked:
    """A build, a publication and a database written anew each need the room of what is there once more."""
    size = settings.database.stat().st_size if settings.database.is_file() else 0
    needed = max(2 * size, _LEAST_FREE)
    seen = set()
    for name, path in _places(settings).items():
        place = _existing(path)
        if place.stat().st_dev in seen:
            continue
        seen.add(place.stat().st_dev)
        free = shutil.disk_usage(place).free
        if free < needed:
            yield (
                Verdict.DO,
                f"{free / _GIB:,.1f} GiB free in {name}, {path}; a build and a publication want {needed / _GIB:,.1f}."
                " Make room, or move it to another disk",
            )
        else:
            yield Verdict.OK, f"{free / _GIB:,.1f} GiB free in {name}, {path}"


def _locks(settings: Settings) -> _Looked:
    database, published = settings.database.resolve(), settings.published.resolve()
    locks = {
        f"a run is at work on {settings.database}": lock_beside(database),
        f"an extract is at work on {settings.landing}": settings.landing / LOCK_NAME,
        f"a publish is at work on {settings.published}": lock_beside(published),
    }
    held = [f"{what} ({holder}); wait for it to end" for what, lock in locks.items() if (holder := holder_of(lock))]
    yield from ((Verdict.DO, sentence) for sentence in held)
    if not held:
        yield Verdict.OK, "no run, extract or publish is at work"


def _files(settings: Settings) -> _Looked:
    found = walk_landing(settings.landing)
    for sentence in found.unread[:_SHOWN_FILES]:
        yield Verdict.DO, sentence
    if (more := len(found.unread) - _SHOWN_FILES) > 0:
        yield Verdict.DO, f"and {more:,} more; `novoed load` names all"
    if found.files:
        files, data_sets = len(found.files), len({file.data_set for file in found.files})
        yield (
            Verdict.OK,
            f"{counted(files, 'CSV file')} of {counted(data_sets, 'data set')} in {settings.landing}",
        )
    else:
        yield Verdict.NOTE, f"there are no CSV files in {settings.landing} yet; `make` fetches them, or makes a sample"


def _database(settings: Settings) -> _Looked:
    """Whether it can be had, and how the last build of it ended."""
    if not settings.database.exists():
        yield Verdict.NOTE, f"there is no {settings.database} yet; run `make`"
        return
    with open_database(settings.database, read_only=True) as connection:
        build = read_build_record(connection)
        yield Verdict.OK, f"{settings.database}, built {build.finished_at:%Y-%m-%d %H:%M} UTC"


def _people(settings: Settings) -> _Looked:
    """Who has a place twice in a course, as far as the database can be asked."""
    if not settings.database.exists():
        return
    with suppress(DatabaseUnavailable), open_database(settings.database, read_only=True) as connection:
        try:
            row = connection.execute(
                "select count(distinct (user_id, institution_id)), count(distinct course_id)"
                " from audit.repeated_enrollments"
            ).fetchone()
        except duckdb.CatalogException:
            yield Verdict.NOTE, "whether somebody is enrolled twice in a course is known after `dbt build`"
            return
        people, courses = row or (0, 0)
        if people:
            yield (
                Verdict.DO,
                f"people with more than one enrollment in a course: {people:,}, in {courses:,} of the courses"
                " (audit.repeated_enrollments). A course's figures count enrollments, so they count twice; have the"
                " enrollments too many removed on the platform",
            )
        else:
            yield Verdict.OK, "nobody is enrolled twice in a course"


def _published(settings: Settings) -> _Looked:
    if not settings.published.exists():
        yield Verdict.NOTE, f"there is no {settings.published} yet; `make` writes it"
        return
    try:
        with opened(settings.published) as connection:
            publications = read_publications(connection, "published")
    except duckdb.Error as error:
        if "lock" in str(error):
            raise LoaderError(explain(settings.published, error)) from None
        raise LoaderError(
            f"{settings.published} cannot be read: {str(error).splitlines()[0]} Move it away, then publish again."
        ) from None
    since = f"of {publications[0].published_at:%Y-%m-%d %H:%M} UTC" if publications else "of an older version"
    yield Verdict.OK, f"{settings.published}, {since}"


def _api(settings: Settings) -> _Looked:
    if settings.credentials() is None:
        yield Verdict.NOTE, HOW_TO_GET_A_KEY
        return
    try_api(settings)
    yield Verdict.OK, "it answers and takes the key"


_LOOKS: dict[str, Callable[[Settings], _Looked]] = {
    "permissions": _permissions,
    "disk": _disk,
    "locks": _locks,
    "CSV files": _files,
    "database": _database,
    "people": _people,
    "published": _published,
    "API": _api,
}
