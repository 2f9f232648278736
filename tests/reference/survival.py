"""How long it takes to complete a course, where leaving competes with completing."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from fractions import Fraction
from functools import cache

from reference.enrollments import fct_enrollments
from reference.staging import Row
from reference.world import Table, World

COMPLETED, LEFT, CENSORED = "completed", "left", "censored"


def observed(enrollment: Row, as_of: datetime) -> tuple[int, str]:
    """UTC calendar days from the enrollment to what ended it, and what that was."""
    enrolled_at, left_at, completed_at = enrollment["enrolled_at"], None, None
    if enrollment["has_left"]:
        # "Who left without unenrolled_at left at last_active_at, else at enrolled_at"
        left_at = enrollment["unenrolled_at"] or enrollment["last_active_at"] or enrolled_at
        if left_at >= as_of:
            left_at = None  # "who leaves at as_of or later is still there"
    if enrollment["is_completed"] and enrollment["completed_at"] <= as_of:
        completed_at = enrollment["completed_at"]
    # "Who left before as_of is out …, whatever came later; who completed on the UTC day of leaving or before has
    # completed"
    if completed_at and (left_at is None or completed_at.date() <= left_at.date()):
        end, kind = completed_at, COMPLETED
    elif left_at:
        end, kind = left_at, LEFT
    else:
        end, kind = as_of, CENSORED
    return max((end.date() - enrolled_at.date()).days, 0), kind


@cache
def fct_time_to_complete(world: World) -> list[Row]:
    """One row per course, cohort and day on which a learner completed, left, or had got to by as_of."""
    as_of = world.settings.as_of
    cohorts: dict[tuple[int, date], list[tuple[int, str]]] = defaultdict(list)
    for row in fct_enrollments(world):
        counts = row["is_learner"] and (row["enrollment_status"] == "Enrolled" or row["has_left"])
        is_undated = row["is_completed"] and row["completed_at"] is None
        if counts and not is_undated and row["enrolled_at"] and row["enrolled_at"] <= as_of:
            cohorts[row["course_id"], row["cohort_month"]].append(observed(row, as_of))
    return [row for cohort, ends in cohorts.items() for row in curve(cohort, ends)]


def curve(cohort: tuple[int, date], ends: list[tuple[int, str]]) -> list[Row]:
    """Aalen and Johansen's cumulative incidences, and Kaplan and Meier's estimate with leavers censored."""
    still_there, none_left = Fraction(1), Fraction(1)
    incidence = {COMPLETED: Fraction(0), LEFT: Fraction(0)}
    rows = []
    for day in sorted({day for day, _ in ends}):
        at_risk = sum(end >= day for end, _ in ends)
        counts = Counter(kind for end, kind in ends if end == day)
        for kind in incidence:
            incidence[kind] += still_there * Fraction(counts[kind], at_risk)
        still_there *= 1 - Fraction(counts[COMPLETED] + counts[LEFT], at_risk)
        none_left *= 1 - Fraction(counts[COMPLETED], at_risk)
        rows.append(
            {
                "course_id": cohort[0],
                "cohort_month": cohort[1],
                "day": day,
                "at_risk_learner_count": at_risk,
                "completed_learner_count": counts[COMPLETED],
                "left_learner_count": counts[LEFT],
                "censored_learner_count": counts[CENSORED],
                "completed_by_day_ratio": float(incidence[COMPLETED]),
                "left_by_day_ratio": float(incidence[LEFT]),
                "completed_if_none_left_ratio": float(1 - none_left),
            }
        )
    return rows


TABLES = {"marts.fct_time_to_complete": Table(("course_id", "cohort_month", "day"), fct_time_to_complete)}
