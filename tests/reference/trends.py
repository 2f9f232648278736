"""Tables by course, cohort, day and page."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reference.dimensions import dim_courses, dim_lecture_pages, fct_activity_attempts, fct_lecture_page_views
from reference.requirements import dated
from reference.scope import Scope
from reference.staging import Row


def ratio(part: int, whole: int) -> float | None:
    """ "Ratios without a denominator are NULL"."""
    return part / whole if whole else None


def percentile(values: list[int], fraction: float) -> float | None:
    """Continuous: between the two neighbors, by distance."""
    if not values:
        return None
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def fct_course_completions(scope: Scope, enrollments: list[Row]) -> list[Row]:
    """One row per in-scope course, learners or not; all but withdrawn over learner enrollments of status Enrolled."""
    result = []
    for course in dim_courses(scope):
        learners = [e for e in enrollments if e["course_id"] == course["course_id"] and e["is_learner"]]
        enrolled = [e for e in learners if e["enrollment_status"] == "Enrolled"]
        completed = sum(e["is_completed"] for e in enrolled)
        on_time = sum(e["is_completed_on_time"] for e in enrolled)
        days = [e["days_to_complete"] for e in enrolled if e["days_to_complete"] is not None]
        ratios: list[Decimal] = [e["fulfillment_ratio"] for e in enrolled if e["fulfillment_ratio"] is not None]
        result.append(
            {
                "course_id": course["course_id"],
                "enrolled_learner_count": len(enrolled),
                "started_learner_count": sum(e["has_started"] for e in enrolled),
                "completed_learner_count": completed,
                "withdrawn_learner_count": sum(
                    e["enrollment_status"] in ("Withdrawn", "Removed by Teaching Team") for e in learners
                ),
                "overdue_learner_count": sum(e["is_overdue"] for e in enrolled),
                "completed_on_time_learner_count": on_time,
                "completion_ratio": ratio(completed, len(enrolled)),
                "on_time_completion_ratio": ratio(on_time, len(enrolled)),
                "median_days_to_complete": percentile(days, 0.5),
                "p75_days_to_complete": percentile(days, 0.75),
                "mean_fulfillment_ratio": sum(ratios, Decimal(0)) / len(ratios) if ratios else None,
                "requirements_met_learner_count": sum(e["is_all_requirements_met"] for e in enrolled),
            }
        )
    return result


def fct_completion_cohorts(enrollments: list[Row]) -> list[Row]:
    """One row per course and month of enrollment, over learner enrollments of status Enrolled that have a date."""
    cohorts: dict[tuple[int, date], list[Row]] = defaultdict(list)
    for row in enrollments:
        if row["is_learner"] and row["enrollment_status"] == "Enrolled" and row["cohort_month"]:
            cohorts[row["course_id"], row["cohort_month"]].append(row)
    return [
        {
            "course_id": course_id,
            "cohort_month": month,
            "enrolled_learner_count": len(rows),
            "completed_learner_count": sum(row["is_completed"] for row in rows),
            "completion_ratio": ratio(sum(row["is_completed"] for row in rows), len(rows)),
        }
        for (course_id, month), rows in cohorts.items()
    ]


def fct_daily_activity(scope: Scope, enrollments: list[Row]) -> list[Row]:
    """One row per course and UTC day on which a learner did something.

    Learners: "people with an in-scope learner enrollment in that course, of any status"."""
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
    for row in fct_activity_attempts(scope):
        person, at = (row["user_id"], row["institution_id"], row["course_id"]), dated(row)
        if person in learners and at:
            active[row["course_id"], at.date()].add(person)
            if row["is_submitted"]:
                count(row, at, "submission_count")
    for row in fct_lecture_page_views(scope):
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


def fct_lecture_page_funnel(scope: Scope, enrollments: list[Row]) -> list[Row]:
    """One row per in-scope page, in the order of its course."""
    enrolled = [e for e in enrollments if e["is_learner"] and e["enrollment_status"] == "Enrolled"]
    views = fct_lecture_page_views(scope)
    # "page_position (by released_at, nulls last, then lecture_page_id)"
    pages = sorted(
        dim_lecture_pages(scope),
        key=lambda p: (p["released_at"] is None, p["released_at"] or datetime.min, p["lecture_page_id"]),
    )
    result, positions = [], defaultdict[int, int](int)
    for page in pages:
        positions[page["course_id"]] += 1
        people = [(e["user_id"], e["institution_id"]) for e in enrolled if e["course_id"] == page["course_id"]]
        viewers = {
            (view["user_id"], view["institution_id"])
            for view in views
            if view["lecture_page_id"] == page["lecture_page_id"]
        } & set(people)
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
