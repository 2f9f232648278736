"""What is still open, by person and by activity."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from reference.completions import ratio
from reference.dimensions import activity_key, counts_as_required, dim_activities, dim_courses, pick
from reference.enrollments import fct_enrollments, requirements_by_enrollment
from reference.requirements import days_between, fct_requirement_fulfillments, is_watchable
from reference.staging import Row
from reference.world import Table, World


@cache
def fct_requirement_bottlenecks(world: World) -> list[Row]:
    """One row per required, tracked, in-scope activity."""
    rows_of: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in fct_requirement_fulfillments(world):
        rows_of[row["activity_id"], row["activity_type"]].append(row)
    enrollments = {row["enrollment_id"]: row for row in fct_enrollments(world)}
    released = {activity_key(activity) for activity in dim_activities(world) if activity["is_released"]}
    open_by_enrollment = {
        enrollment: [row for row in rows if not row["is_fulfilled"] and row["activity_key"] in released]
        for enrollment, rows in requirements_by_enrollment(world).items()
    }
    result = []
    for activity in dim_activities(world):
        if not counts_as_required(activity):
            continue
        expected = [
            row
            for row in rows_of[activity["activity_id"], activity["activity_type"]]
            if activity["is_released"] and enrollments[row["enrollment_id"]]["is_enrolled_learner"]
        ]
        still_open = [row for row in expected if not row["is_fulfilled"]]
        sole = [
            row
            for row in still_open
            if not enrollments[row["enrollment_id"]]["is_completed"]
            and len(open_by_enrollment[row["enrollment_id"]]) == 1
        ]
        result.append(
            pick(activity, "activity_id activity_type activity_key course_id")
            | {
                "expected_learner_count": len(expected),
                "fulfilled_learner_count": len(expected) - len(still_open),
                "open_learner_count": len(still_open),
                "sole_open_learner_count": len(sole),
                "overdue_learner_count": sum(row["is_overdue"] for row in expected),
                "late_learner_count": sum(row["is_late"] for row in expected),
                "fulfillment_ratio": ratio(len(expected) - len(still_open), len(expected)),
            }
        )
    return result


@cache
def fct_outstanding_requirements(world: World) -> list[Row]:
    """One row per enrolled learner who has not completed and per requirement still open."""
    activities = {activity["activity_key"]: activity for activity in dim_activities(world)}
    titles = {course["course_id"]: course["course_title"] for course in dim_courses(world)}
    result = []
    for enrollment in fct_enrollments(world):
        if not enrollment["is_enrolled_learner"] or enrollment["is_completed"]:
            continue
        found = [
            _activity_row(world, row, activities[row["activity_key"]])
            for row in requirements_by_enrollment(world).get(enrollment["enrollment_id"], [])
            if not row["is_fulfilled"] and activities[row["activity_key"]]["is_released"]
        ]
        if not enrollment["is_points_requirement_met"]:
            missing = enrollment["points_required"] - enrollment["points_received"]
            found.append(_sum_row(world, enrollment, "points") | {"points_missing": missing})
        if not enrollment["is_assignments_requirement_met"]:
            count = enrollment["assignments_required"] - enrollment["assignment_submitted_count"]
            found.append(_sum_row(world, enrollment, "assignments") | {"assignments_missing": count})
        for row in found:
            row |= pick(enrollment, "enrollment_id user_id institution_id user_key course_id")
            row["course_title"] = titles[enrollment["course_id"]]
            row["can_still_be_met"] = enrollment["is_open"] and row["requirement_status"] != "missed"
        result += found
    return result


def _activity_row(world: World, row: Row, activity: Row) -> Row:
    to_watch = None
    if is_watchable(activity):
        to_watch = (1 - row["progress_ratio"]) * world.settings.watch_threshold * activity["target"]
    return pick(
        row,
        "requirement_key=activity_key activity_id activity_type activity_key requirement_status deadline_at"
        " is_hard_deadline is_overdue days_overdue",
    ) | {
        "requirement_kind": "activity",
        "activity_title": activity["activity_title"],
        "submissions_missing": row["required_submission_count"] - row["submitted_attempt_count"],
        "to_watch_seconds": to_watch,
        "points_missing": None,
        "assignments_missing": None,
    }


def _sum_row(world: World, enrollment: Row, kind: str) -> Row:
    due_at, as_of = enrollment["due_at"], world.settings.as_of
    is_overdue = due_at is not None and due_at < as_of
    activity_columns = (
        "activity_id", "activity_type", "activity_key", "activity_title", "requirement_status", "submissions_missing",
        "to_watch_seconds",
    )  # fmt: skip
    return dict.fromkeys(activity_columns) | {
        "requirement_kind": kind,
        "requirement_key": kind,
        "deadline_at": due_at,
        "is_hard_deadline": False,
        "is_overdue": is_overdue,
        "days_overdue": days_between(due_at, as_of) if is_overdue else None,
        "points_missing": None,
        "assignments_missing": None,
    }


TABLES = {
    "marts.fct_requirement_bottlenecks": Table(("activity_id", "activity_type"), fct_requirement_bottlenecks),
    "marts.fct_outstanding_requirements": Table(("enrollment_id", "requirement_key"), fct_outstanding_requirements),
}
