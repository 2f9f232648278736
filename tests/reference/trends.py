"""Activity by day and month, and the way through a course's pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from reference.completions import ratio
from reference.dimensions import dim_lecture_pages, fct_activity_attempts, fct_lecture_page_views, user_key
from reference.enrollments import fct_enrollments
from reference.requirements import dated
from reference.staging import Row
from reference.world import Table, World

COUNTS = ("enrollment_count", "unenrollment_count", "completion_count", "submission_count", "page_first_view_count")
Person = tuple[int, int]


@dataclass(frozen=True)
class Event:
    """Something that a learner did in a course."""

    person: Person
    """user_id, institution_id."""
    course_id: int
    on: date
    """In reporting_timezone."""
    counts_as: str | None
    """A column of COUNTS, if any."""
    is_active: bool
    """An attempt or a page view, so the learner was active that day."""


@cache
def events(world: World) -> list[Event]:
    """Of learners only: "people with an in-scope learner enrollment in that course", of any status."""
    learners = {(e["user_id"], e["institution_id"], e["course_id"]) for e in fct_enrollments(world) if e["is_learner"]}
    return [
        Event((row["user_id"], row["institution_id"]), row["course_id"], world.day(at), counts_as, is_active)
        for row, at, counts_as, is_active in _moments(world)
        if at and (row["user_id"], row["institution_id"], row["course_id"]) in learners
    ]


def _moments(world: World) -> Iterator[tuple[Row, datetime | None, str | None, bool]]:
    for row in fct_enrollments(world):
        if row["is_learner"]:
            yield row, row["enrolled_at"], "enrollment_count", False
            yield row, row["unenrolled_at"], "unenrollment_count", False
            if row["is_completed"]:
                yield row, row["completed_at"], "completion_count", False
    for row in fct_activity_attempts(world):
        yield row, dated(row), "submission_count" if row["is_submitted"] else None, True
    for row in fct_lecture_page_views(world):
        yield row, row["first_viewed_at"], "page_first_view_count", True
        yield row, row["last_viewed_at"], None, True


@dataclass
class Total:
    """What learners did in some place and time."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    active: set[Person] = field(default_factory=set)

    def columns(self) -> Row:
        return self.counts | {"active_learner_count": len(self.active)}


def totals(pairs: Iterator[tuple[Any, Event]]) -> dict[Any, Total]:
    """The events by whatever they are paired with; only places and times with something."""
    found: dict[Any, Total] = defaultdict(Total)
    for key, event in pairs:
        if event.counts_as:
            found[key].counts[event.counts_as] += 1
        if event.is_active:
            found[key].active.add(event.person)
    return found


@cache
def fct_daily_activity(world: World) -> list[Row]:
    """One row per course and day with something."""
    found = totals(((event.course_id, event.on), event) for event in events(world))
    return [{"course_id": course, "activity_on": on} | total.columns() for (course, on), total in found.items()]


@cache
def fct_learner_active_days(world: World) -> list[Row]:
    """One row per learner, course and day with an attempt or a page view."""
    days = {(*event.person, event.course_id, event.on) for event in events(world) if event.is_active}
    rows = [
        {"user_id": user, "institution_id": institution, "course_id": course, "active_on": on}
        for user, institution, course, on in days
    ]
    return [row | {"user_key": user_key(row)} for row in rows]


@cache
def fct_course_monthly_activity(world: World) -> list[Row]:
    """One row per course and month with something."""
    found = totals(((event.course_id, event.on.replace(day=1)), event) for event in events(world))
    return [{"course_id": place} | _month(world, month) | total.columns() for (place, month), total in found.items()]


@cache
def fct_monthly_activity(world: World) -> list[Row]:
    """One row per person's institution and month with something."""
    found = totals(((event.person[1], event.on.replace(day=1)), event) for event in events(world))
    return [
        {"institution_id": place} | _month(world, month) | total.columns() for (place, month), total in found.items()
    ]


def _month(world: World, month: date) -> Row:
    after = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return {"activity_month": month, "is_month_complete": world.day(world.settings.as_of) >= after}


@cache
def fct_lecture_page_funnel(world: World) -> list[Row]:
    """One row per in-scope page, in the order of its course."""
    enrolled: dict[int, set[Person]] = defaultdict(set)
    for row in fct_enrollments(world):
        if row["is_enrolled_learner"]:
            enrolled[row["course_id"]].add((row["user_id"], row["institution_id"]))
    viewers: dict[int, set[Person]] = defaultdict(set)
    for row in fct_lecture_page_views(world):
        viewers[row["lecture_page_id"]].add((row["user_id"], row["institution_id"]))
    # "page_position (by released_at, nulls last, then lecture_page_id)"
    pages = sorted(
        dim_lecture_pages(world),
        key=lambda p: (p["released_at"] is None, p["released_at"] or datetime.min, p["lecture_page_id"]),
    )
    result: list[Row] = []
    before: dict[int, Row] = {}
    for page in pages:
        course = page["course_id"]
        people = enrolled[course]
        seen = len(viewers[page["lecture_page_id"]] & people)
        earlier = before.get(course)
        came_so_far = earlier["viewer_count"] if earlier else len(people)
        kept = ratio(seen, came_so_far)
        is_released = page["released_at"] is None or page["released_at"] <= world.settings.as_of
        before[course] = {
            "lecture_page_id": page["lecture_page_id"],
            "course_id": course,
            "page_position": earlier["page_position"] + 1 if earlier else 1,
            "enrolled_learner_count": len(people),
            "viewer_count": seen,
            "reach_ratio": ratio(seen, len(people)) if is_released else None,
            "drop_ratio": 1 - kept if is_released and kept is not None else None,
        }
        result.append(before[course])
    return result


TABLES = {
    "marts.fct_daily_activity": Table(("course_id", "activity_on"), fct_daily_activity),
    "marts.fct_learner_active_days": Table(
        ("user_id", "institution_id", "course_id", "active_on"), fct_learner_active_days
    ),
    "marts.fct_course_monthly_activity": Table(("course_id", "activity_month"), fct_course_monthly_activity),
    "marts.fct_monthly_activity": Table(("institution_id", "activity_month"), fct_monthly_activity),
    "marts.fct_lecture_page_funnel": Table(("lecture_page_id",), fct_lecture_page_funnel),
}
