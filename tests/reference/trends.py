"""Activity by day, and pages."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from functools import cache
from typing import Any

from reference.completions import ratio
from reference.dimensions import dim_lecture_pages, fct_activity_attempts, fct_lecture_page_views
from reference.enrollments import fct_enrollments
from reference.requirements import dated
from reference.staging import Row
from reference.world import Table, World


@cache
def fct_daily_activity(world: World) -> list[Row]:
    """One row per course and UTC day on which a learner did something.

    Learners: "people with an in-scope learner enrollment in that course, of any status"."""
    enrollments = fct_enrollments(world)
    learners = {(e["user_id"], e["institution_id"], e["course_id"]) for e in enrollments if e["is_learner"]}
    counts: dict[tuple[int, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    active: dict[tuple[int, date], set[Any]] = defaultdict(set)

    def count(row: Row, at: datetime | None, name: str) -> None:
        if at is not None:
            counts[row["course_id"], at.date()][name] += 1

    for row in enrollments:
        if row["is_learner"]:
            count(row, row["enrolled_at"], "enrollment_count")
            count(row, row["unenrolled_at"], "unenrollment_count")
            if row["is_completed"]:
                count(row, row["completed_at"], "completion_count")
    for row in fct_activity_attempts(world):
        person, at = (row["user_id"], row["institution_id"], row["course_id"]), dated(row)
        if person in learners and at:
            active[row["course_id"], at.date()].add(person)
            if row["is_submitted"]:
                count(row, at, "submission_count")
    for row in fct_lecture_page_views(world):
        person = (row["user_id"], row["institution_id"], row["course_id"])
        if person in learners:
            count(row, row["first_viewed_at"], "page_first_view_count")
            for at in (row["first_viewed_at"], row["last_viewed_at"]):
                if at:
                    active[row["course_id"], at.date()].add(person)
    names = ("enrollment_count", "unenrollment_count", "completion_count", "submission_count", "page_first_view_count")
    return [
        {"course_id": key[0], "activity_on": key[1]}
        | {name: counts[key][name] for name in names}
        | {"active_learner_count": len(active[key])}
        for key in {*counts, *active}
    ]


@cache
def fct_lecture_page_funnel(world: World) -> list[Row]:
    """One row per in-scope page, in the order of its course."""
    enrollments = fct_enrollments(world)
    enrolled = [e for e in enrollments if e["is_learner"] and e["enrollment_status"] == "Enrolled"]
    views = fct_lecture_page_views(world)
    # "page_position (by released_at, nulls last, then lecture_page_id)"
    pages = sorted(
        dim_lecture_pages(world),
        key=lambda p: (p["released_at"] is None, p["released_at"] or datetime.min, p["lecture_page_id"]),
    )
    result, positions = [], defaultdict[int, int](int)
    for page in pages:
        positions[page["course_id"]] += 1
        people = {(e["user_id"], e["institution_id"]) for e in enrolled if e["course_id"] == page["course_id"]}
        viewers = {
            (view["user_id"], view["institution_id"])
            for view in views
            if view["lecture_page_id"] == page["lecture_page_id"]
        } & people
        result.append(
            {
                "lecture_page_id": page["lecture_page_id"],
                "course_id": page["course_id"],
                "page_position": positions[page["course_id"]],
                "enrolled_learner_count": len(people),
                "viewer_count": len(viewers),
                "reach_ratio": ratio(len(viewers), len(people)),
            }
        )
    return result


TABLES = {
    "marts.fct_daily_activity": Table(("course_id", "activity_on"), fct_daily_activity),
    "marts.fct_lecture_page_funnel": Table(("lecture_page_id",), fct_lecture_page_funnel),
}
