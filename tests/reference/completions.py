"""Completion by course and by cohort."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cache

from reference.dimensions import dim_courses
from reference.enrollments import fct_enrollments
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


def count(rows: list[Row], column: str) -> int:
    return sum(row[column] for row in rows)


def _rates(learners: list[Row]) -> Row:
    """The completion rate of the enrolled, and of all who ever were."""
    enrolled = [row for row in learners if row["enrollment_status"] == "Enrolled"]
    ever = [row for row in learners if row["enrollment_status"] == "Enrolled" or row["has_left"]]
    return {
        "enrolled_learner_count": len(enrolled),
        "completed_learner_count": count(enrolled, "is_completed"),
        "completion_ratio": ratio(count(enrolled, "is_completed"), len(enrolled)),
        "ever_enrolled_learner_count": len(ever),
        "ever_completed_learner_count": count(ever, "is_completed"),
        "completion_with_leavers_ratio": ratio(count(ever, "is_completed"), len(ever)),
    }


@cache
def fct_course_completions(world: World) -> list[Row]:
    """One row per in-scope course, learners or not."""
    result = []
    for course in dim_courses(world):
        learners = [
            row for row in fct_enrollments(world) if row["course_id"] == course["course_id"] and row["is_learner"]
        ]
        enrolled = [row for row in learners if row["enrollment_status"] == "Enrolled"]
        due = [row for row in enrolled if row["is_due"]]
        days = [row["days_to_complete"] for row in enrolled if row["days_to_complete"] is not None]
        ratios: list[Decimal] = [row["fulfillment_ratio"] for row in enrolled if row["fulfillment_ratio"] is not None]
        rates = _rates(learners)
        result.append(
            {"course_id": course["course_id"]}
            | rates
            | {
                "started_learner_count": count(enrolled, "has_started"),
                "withdrawn_learner_count": count(learners, "has_left"),
                "withdrawal_ratio": ratio(count(learners, "has_left"), rates["ever_enrolled_learner_count"]),
                "overdue_learner_count": count(enrolled, "is_overdue"),
                "at_risk_learner_count": count(enrolled, "is_at_risk"),
                "completed_on_time_learner_count": count(enrolled, "is_completed_on_time"),
                "due_learner_count": len(due),
                "on_time_completion_ratio": ratio(count(due, "is_completed_on_time"), len(due)),
                "median_days_to_complete": percentile(days, 0.5),
                "p75_days_to_complete": percentile(days, 0.75),
                "mean_fulfillment_ratio": sum(ratios, Decimal(0)) / len(ratios) if ratios else None,
                "requirements_met_learner_count": count(enrolled, "is_all_requirements_met"),
            }
        )
    return result


@cache
def fct_completion_cohorts(world: World) -> list[Row]:
    """One row per course and month of enrollment in which any learner ever enrolled."""
    cohorts: dict[tuple[int, date], list[Row]] = defaultdict(list)
    for row in fct_enrollments(world):
        if row["is_learner"] and row["cohort_month"]:
            cohorts[row["course_id"], row["cohort_month"]].append(row)
    rates = {key: _rates(rows) for key, rows in cohorts.items()}
    return [
        {"course_id": course_id, "cohort_month": month} | row
        for (course_id, month), row in rates.items()
        if row["ever_enrolled_learner_count"]
    ]


@cache
def fct_completion_agreement(world: World) -> list[Row]:
    """One row per in-scope course: does the platform's completion agree with the requirements?"""
    result = []
    for course in dim_courses(world):
        enrolled = [
            row
            for row in fct_enrollments(world)
            if row["course_id"] == course["course_id"] and row["is_enrolled_learner"]
        ]
        kinds = ("no_requirements", "consistent", "completed_without_requirements", "requirements_met_not_completed")
        counts = {kind: sum(row["completion_agreement"] == kind for row in enrolled) for kind in kinds}
        given = counts["completed_without_requirements"]
        disagreeing = given + counts["requirements_met_not_completed"]
        completed = sum(row["is_completed"] and row["has_requirements"] for row in enrolled)
        result.append(
            {"course_id": course["course_id"], "enrolled_learner_count": len(enrolled)}
            | {f"{kind}_learner_count": number for kind, number in counts.items()}
            | {
                "disagreement_ratio": ratio(disagreeing, len(enrolled) - counts["no_requirements"]),
                "completed_without_requirements_ratio": ratio(given, completed),
            }
        )
    return result


TABLES = {
    "marts.fct_course_completions": Table(("course_id",), fct_course_completions),
    "marts.fct_completion_cohorts": Table(("course_id", "cohort_month"), fct_completion_cohorts),
    "marts.fct_completion_agreement": Table(("course_id",), fct_completion_agreement),
}
