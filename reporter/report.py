"""The report as one file: asks the published file, hides small groups, and writes a page that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from loader.errors import LoaderError, UsageError
from loader.warehouse.database import private_files
from reporter.courses import Courses, read_courses
from reporter.figure import Section
from reporter.page import render
from reporter.sections.activity import funnel, months
from reporter.sections.agreement import agreement
from reporter.sections.completion import completion_by_course, curves, read_cohorts, time_to_complete
from reporter.sections.groups import groups
from reporter.sections.headline import headline
from reporter.sections.health import health
from reporter.sections.people import people
from reporter.sections.questions import items, surveys
from reporter.sections.requirements import outstanding, requirements
from reporter.source import Source, open_source


def write_report(published: Path, to: Path, *, with_names: bool = False) -> None:
    """Writes the report of a published file, for its owner alone, in one step.

    Raises UsageError where the target cannot be a file or names are asked for that are not there, LoaderError where the
    published file cannot be read or the page cannot be written.
    """
    if to.is_dir():
        raise UsageError(f"--to {to} is a folder; give the name of a file, such as {to / 'index.html'}")
    if to.exists() and published.exists() and to.samefile(published):
        raise UsageError(f"--to {to} is the published file itself; give another name")
    with open_source(published) as source:
        courses = read_courses(source)
        sections = _sections(source, courses, with_names=with_names)
        page = render(source, sections, courses.titles, with_names=with_names)
    try:
        with private_files():
            target = to.resolve()
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.draft")
            draft.unlink(missing_ok=True)
            draft.write_text(page, encoding="utf-8")
            draft.replace(target)
    except OSError as error:
        raise LoaderError(
            f"The report {to} cannot be written: {error.strerror or error}. Check who owns the folder, and the space"
            " left."
        ) from None


def _sections(source: Source, courses: Courses, *, with_names: bool) -> list[Section]:
    cohorts = read_cohorts(source, courses)
    parts: list[tuple[str, Callable[[], Section | None]]] = [
        ("At a glance", lambda: headline(source, courses)),
        ("Completion by course", lambda: completion_by_course(source, courses, cohorts)),
        ("How soon learners complete", lambda: curves(source, courses, cohorts)),
        ("Requirements", lambda: requirements(source, courses)),
        ("Overdue and outstanding", lambda: outstanding(source, courses)),
        ("Enrollments and activity", lambda: months(source, courses, cohorts)),
        ("Page by page", lambda: funnel(source, courses)),
        ("Time to complete", lambda: time_to_complete(source, courses)),
        ("Quiz items", lambda: items(source, courses)),
        ("Surveys", lambda: surveys(source, courses)),
        ("Completion by group", lambda: groups(source, courses, with_names=with_names)),
        ("Platform and requirements", lambda: agreement(source, courses)),
    ]
    if with_names:
        parts.append(("Who is overdue", lambda: people(source, courses)))
    parts.append(("What the numbers are worth", lambda: health(source)))
    found = [_attempt(name, part) for name, part in parts]
    return [section for section in found if section]


def _attempt(name: str, part: Callable[[], Section | None]) -> Section | None:
    """The section, or in its place what keeps it away: a file of an older version lacks a mart or a column."""
    try:
        return part()
    except (duckdb.BinderException, duckdb.CatalogException):
        lacking = "The published file is of an older version and lacks what is shown here. Build and publish it again."
        return Section(name.lower().replace(" ", "-"), name, [], lacking)
