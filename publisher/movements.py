"""What moved between the last two published files, and why, as the newer one tells it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from loader.errors import LoaderError
from loader.warehouse.database import interruptible, literal
from publisher.audit_tables import columns_of
from publisher.changes import MART, RATIO
from publisher.record import differing, read_publications

Number = int | float | None


@dataclass(frozen=True)
class Movement:
    """A figure before and after; None where there is none."""

    before: Number
    after: Number
    change: Number


@dataclass
class CourseMovement:
    """What moved in a course."""

    course_id: int
    course_title: str | None
    """None where the course is gone."""
    measures: dict[str, Movement] = field(default_factory=dict)
    came: int = 0
    """Enrollments that are in the course now and were not."""
    left: int = 0
    left_by_reason: dict[str, int] = field(default_factory=dict)

    @property
    def size(self) -> float:
        """Enrollments and people that moved: what makes a movement a large one."""
        people = ("completed_learner_count", "overdue_learner_count", "at_risk_learner_count")
        moved = (self.measures[name].change or 0 for name in people if name in self.measures)
        return self.came + self.left + sum(map(abs, moved))


@dataclass
class Movements:
    """Everything that moved."""

    published_at: datetime
    published_before_at: datetime | None
    """None on the first publication, or where the file before was of an older version."""
    computed_otherwise: list[str]
    """Project version and vars that differ, as_of aside."""
    overall: dict[str, Movement] = field(default_factory=dict)
    """By measure of all courses together."""
    courses: list[CourseMovement] = field(default_factory=list)
    """Largest movement first."""
    row_counts: dict[str, Movement] = field(default_factory=dict)
    """By mart."""
    scope: dict[str, dict[str, Movement]] = field(default_factory=dict)
    """Rows by data set and reason, as in audit.row_accounting."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing moved."""
        return not (self.overall or self.courses or self.row_counts or self.scope)

    def as_json(self) -> dict[str, object]:
        """For programs; moments in ISO 8601, UTC."""
        moments = {"published_at": self.published_at, "published_before_at": self.published_before_at}
        return asdict(self) | {name: f"{at.isoformat()}Z" if at else None for name, at in moments.items()}


@contextmanager
def opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file for reading, as catalog `published`. Raises duckdb.Error."""
    with interruptible(duckdb.connect(config={"memory_limit": "256MB"})) as connection:
        connection.execute(f"attach {literal(str(file))} as published (read_only)")
        connection.execute("use published")
        yield connection


def read_movements(published: Path) -> Movements:
    """What the published file says of itself and the one before it. Raises LoaderError where it says nothing."""
    if not published.is_file():
        raise LoaderError(f"There is no published file {published} yet. Run `make`, or `novoed publish`.")
    try:
        with opened(published) as connection:
            return _read(connection, published)
    except duckdb.Error as error:
        raise LoaderError(f"{published} cannot be read: {str(error).splitlines()[0]} Publish it again.") from None


def _read(connection: duckdb.DuckDBPyConnection, published: Path) -> Movements:
    publications = read_publications(connection, "published")
    if not publications:
        raise LoaderError(f"{published} is of an older version, which kept no record. Publish again, then once more.")
    now, *earlier = publications
    found = Movements(
        now.published_at,
        earlier[0].published_at if earlier else None,
        differing(earlier[0], now.project_version, now.vars) if earlier else [],
    )
    titles: dict[int, str] = {}
    if {"course_id", "course_title"} <= columns_of(connection, "published").get("marts.dim_courses", set()):
        titles = dict(connection.execute("select course_id, course_title from marts.dim_courses").fetchall())
    courses: dict[int, CourseMovement] = {}
    for mart, course_id, measure, before, after, change in connection.execute(
        "select mart, course_id, measure, before, after, change from audit.published_changes order by all"
    ).fetchall():
        movement = Movement(*(_number(measure, value) for value in (before, after, change)))
        if measure == "row_count":
            found.row_counts[mart] = movement
            continue
        if course_id is None:
            found.overall[measure] = movement
            continue
        course = courses.setdefault(course_id, CourseMovement(course_id, titles.get(course_id)))
        if mart == MART:
            course.measures[measure] = movement
        elif measure == "came_count":
            course.came = int(after)
        elif measure == "left_count":
            course.left = int(after)
        else:
            course.left_by_reason[measure.removeprefix("left_")] = int(after)
    found.courses = sorted(courses.values(), key=lambda course: (-course.size, course.course_id))
    for data_set, reason, before, after, change in connection.execute(
        "select data_set, reason, before, after, change from audit.scope_changes order by all"
    ).fetchall():
        found.scope.setdefault(data_set, {})[reason] = Movement(before, after, change)
    return found


def _number(measure: str, value: float | None) -> Number:
    return value if value is None or measure == RATIO else int(value)
