"""Completion by course and by cohort."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cache

from reference.dimensions import dim_courses
from reference.requirements import fct_enrollments
from reference.staging import Row
from reference.world import Table, World


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


@cache
def fct_course_completions(world: World) -> list[Row]:
    """One row per in-scope course, learners or not; all but withdrawn over learner enrollments of status Enrolled."""
    enrollments = fct_enrollments(world)
    result = []
    for course in dim_courses(world):
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


@cache
def fct_completion_cohorts(world: World) -> list[Row]:
    """One row per course and month of enrollment, over learner enrollments of status Enrolled that have a date."""
    enrollments = fct_enrollments(world)
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


TABLES = {
    "marts.fct_course_completions": Table(("course_id",), fct_course_completions),
    "marts.fct_completion_cohorts": Table(("course_id", "cohort_month"), fct_completion_cohorts),
}
