"""What each enrollment was asked for and what it has done."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from reference.dimensions import counts_as_required, dim_activities, fct_activity_attempts
from reference.settings import Settings
from reference.staging import Row
from reference.world import Table, World

SUMMED_POINTS = ("Private Feedback", "Public Feedback", "Course-Wide Discussion", "Team Discussion")
Attempts = dict[tuple[Any, ...], list[Row]]


def dated(attempt: Row) -> datetime | None:
    """ "A NULL last_active_at falls back on updated_at wherever attempts are dated"."""
    at: datetime | None = attempt["last_active_at"] or attempt["updated_at"]
    return at


def is_learner(enrollment: Row) -> bool:
    """ "Neither has_admin_permission nor has_mentor_permission; NULL = false"."""
    return not (enrollment["has_admin_permission"] or enrollment["has_mentor_permission"])


@cache
def attempts_by_activity(world: World) -> Attempts:
    """Attempts by user_id, institution_id, activity_id, activity_type."""
    found: Attempts = defaultdict(list)
    for row in fct_activity_attempts(world):
        found[row["user_id"], row["institution_id"], row["activity_id"], row["activity_type"]].append(row)
    return found


def of_activity(attempts: Attempts, enrollment: Row, activity: Row) -> list[Row]:
    """The attempts of an enrollment's user at an activity."""
    user = (enrollment["user_id"], enrollment["institution_id"])
    return attempts.get((*user, activity["activity_id"], activity["activity_type"]), [])


@cache
def fct_requirement_fulfillments(world: World) -> list[Row]:
    """One row per learner enrollment (any status) and required, tracked, in-scope activity of its course."""
    attempts = attempts_by_activity(world)
    activities = [activity for activity in dim_activities(world) if counts_as_required(activity)]
    return [
        _requirement(enrollment, activity, of_activity(attempts, enrollment, activity), world.settings)
        for enrollment in world.rows("enrollments")
        if is_learner(enrollment)
        for activity in activities
        if activity["course_id"] == enrollment["course_id"]
    ]


def _requirement(enrollment: Row, activity: Row, attempts: list[Row], settings: Settings) -> Row:
    as_of, watch_threshold = settings.as_of, settings.watch_threshold
    rule, target, deadline = activity["fulfillment_rule"], activity["target"], activity["deadline_at"]
    required = activity["required_submission_count"]
    submitted = [attempt for attempt in attempts if attempt["is_submitted"]]
    watchable = rule == "watched_or_submitted" and target is not None and target > 0

    fulfilled_at: datetime | None = None
    if rule == "submission_target":
        # "submitted attempts ≥ required"; dated by "the attempt that reaches it, in order of last_active_at"
        is_fulfilled = len(submitted) >= required
        if is_fulfilled:
            dates = sorted((dated(attempt) for attempt in submitted), key=lambda at: (at is None, at or as_of))
            fulfilled_at = dates[required - 1]
    else:
        satisfying = list(submitted)
        if watchable:
            satisfying = [
                attempt
                for attempt in attempts
                if attempt["is_submitted"]
                or (attempt["achieved"] is not None and attempt["achieved"] >= watch_threshold * target)
            ]
        is_fulfilled = bool(satisfying)
        fulfilled_at = min((at for at in map(dated, satisfying) if at is not None), default=None)

    achieved = max((attempt["achieved"] for attempt in attempts if attempt["achieved"] is not None), default=Decimal(0))
    if is_fulfilled:
        progress = Decimal(1)
    elif rule == "submission_target":
        progress = Decimal(len(submitted)) / required
    elif watchable:
        progress = min(max(achieved / (watch_threshold * target), Decimal(0)), Decimal(1))
    else:
        progress = Decimal(0)

    is_late = is_fulfilled and deadline is not None and fulfilled_at is not None and fulfilled_at > deadline
    is_on_time = is_fulfilled and (deadline is None or (fulfilled_at is not None and fulfilled_at <= deadline))
    is_past = deadline is not None and deadline < as_of
    is_overdue = not is_fulfilled and is_past and enrollment["enrollment_status"] == "Enrolled"
    if is_fulfilled:
        status = "fulfilled_late" if is_late else "fulfilled"
    elif is_past:
        status = "missed" if activity["is_hard_deadline"] else "overdue"
    else:
        status = "in_progress" if attempts else "not_started"
    return {
        "enrollment_id": enrollment["enrollment_id"],
        "activity_id": activity["activity_id"],
        "activity_type": activity["activity_type"],
        "user_id": enrollment["user_id"],
        "institution_id": enrollment["institution_id"],
        "course_id": enrollment["course_id"],
        "fulfillment_rule": rule,
        "attempt_count": len(attempts),
        "submitted_attempt_count": len(submitted),
        "required_submission_count": required,
        "progress_ratio": progress,
        "is_fulfilled": is_fulfilled,
        "fulfilled_at": fulfilled_at,
        "deadline_at": deadline,
        "is_hard_deadline": activity["is_hard_deadline"],
        "is_on_time": is_on_time,
        "is_late": is_late,
        "is_overdue": is_overdue,
        # "UTC calendar days from deadline to as_of when overdue, else NULL"
        "days_overdue": (as_of.date() - deadline.date()).days if is_overdue else None,
        "requirement_status": status,
    }


@cache
def fct_enrollments(world: World) -> list[Row]:
    """One row per in-scope enrollment, learner or not."""
    requirements: dict[int, list[Row]] = defaultdict(list)
    for row in fct_requirement_fulfillments(world):
        requirements[row["enrollment_id"]].append(row)
    seen: dict[tuple[Any, ...], list[datetime]] = defaultdict(list)
    # Any page view shows that somebody has started, the earliest is the first: also a Last before its First
    for row in world.rows("lecture_page_views"):
        if row["last_active_at"]:
            seen[row["user_id"], row["institution_id"], row["course_id"]].append(row["last_active_at"])
    for row in fct_activity_attempts(world):
        at = dated(row)
        if at:
            seen[row["user_id"], row["institution_id"], row["course_id"]].append(at)
    attempts = attempts_by_activity(world)
    activities = dim_activities(world)
    return [
        _enrollment(row, world.courses[row["course_id"]], world.settings.as_of)
        | _active(row, seen[row["user_id"], row["institution_id"], row["course_id"]])
        | _work(
            row,
            world.courses[row["course_id"]],
            requirements[row["enrollment_id"]],
            [(a, of_activity(attempts, row, a)) for a in activities if a["course_id"] == row["course_id"]],
        )
        for row in world.rows("enrollments")
    ]


def _enrollment(row: Row, course: Row, as_of: datetime) -> Row:
    enrolled, completed_at, status = row["enrolled_at"], row["completed_at"], row["enrollment_status"]
    is_completed = row["completion_status"] == "Completed"
    limit = course["self_paced_access_limit"]
    # "self-paced with a limit: enrolled_at + limit days; else the course's ends_at"; "a limit of 0 is no limit"
    due = course["ends_at"]
    if course["is_self_paced"] and limit is not None and limit > 0:
        due = enrolled + timedelta(days=limit) if enrolled else None
    days = (completed_at.date() - enrolled.date()).days if is_completed and completed_at and enrolled else None
    return {
        "enrollment_id": row["enrollment_id"],
        "user_id": row["user_id"],
        "institution_id": row["institution_id"],
        "course_id": row["course_id"],
        "enrollment_status": status,
        "enrolled_at": enrolled,
        "unenrolled_at": row["unenrolled_at"],
        "cohort_month": enrolled.date().replace(day=1) if enrolled else None,
        "is_learner": is_learner(row),
        "last_active_at": row["last_active_at"],
        "is_completed": is_completed,
        "completed_at": completed_at,  # "shown as it came"
        "days_to_complete": days,
        "due_at": due,
        "is_completed_on_time": is_completed and (due is None or (completed_at is not None and completed_at <= due)),
        "is_overdue": is_learner(row) and status == "Enrolled" and not is_completed and due is not None and due < as_of,
    }


def _active(row: Row, seen: list[datetime]) -> Row:
    """ "The least of first_visit_course_home_date, the learner's first page view and first attempt"."""
    home = row["first_visit_course_home_at"]
    first = min([*seen, *([home] if home else [])], default=None)
    status = row["enrollment_status"]
    if row["completion_status"] == "Completed":
        learner_status = "completed"
    elif status in ("Withdrawn", "Removed by Teaching Team", "Auditing"):
        learner_status = {"Withdrawn": "withdrawn", "Auditing": "auditing"}.get(status, "removed")
    else:
        learner_status = "in_progress" if first else "not_started"
    return {"first_active_at": first, "has_started": first is not None, "learner_status": learner_status}


def _work(row: Row, course: Row, requirements: list[Row], activities: list[tuple[Row, list[Row]]]) -> Row:
    points, assignments = Decimal(0), 0
    for activity, attempts in activities:
        received = [attempt["points_received"] for attempt in attempts if attempt["points_received"] is not None]
        if received:
            # "greatest of the attempts for points_rule `best`, their sum for `sum`; then summed"
            points += sum(received) if activity["activity_type"] in SUMMED_POINTS else max(received)
        if activity["activity_type"] == "Assignment":
            assignments += any(attempt["is_submitted"] for attempt in attempts)
    required = len(requirements)
    fulfilled = sum(requirement["is_fulfilled"] for requirement in requirements)
    points_required, assignments_required = course["points_required"], course["assignments_required"]
    # "a NULL or 0 requirement is met"
    points_met = points >= points_required if points_required else True
    assignments_met = assignments >= assignments_required if assignments_required else True
    has_requirements = required > 0 or (points_required or 0) > 0 or (assignments_required or 0) > 0
    all_met = has_requirements and fulfilled == required and points_met and assignments_met
    is_completed = row["completion_status"] == "Completed"
    if not has_requirements:
        agreement = "no_requirements"
    elif is_completed == all_met:
        agreement = "consistent"
    else:
        agreement = "completed_without_requirements" if is_completed else "requirements_met_not_completed"
    return {
        "required_activity_count": required,
        "fulfilled_activity_count": fulfilled,
        "fulfilled_late_activity_count": sum(requirement["is_late"] for requirement in requirements),
        "overdue_activity_count": sum(requirement["is_overdue"] for requirement in requirements),
        "fulfillment_ratio": Decimal(fulfilled) / required if required else None,
        "points_received": points,
        "points_required": points_required,
        "is_points_requirement_met": points_met,
        "assignment_submitted_count": assignments,
        "assignments_required": assignments_required,
        "is_assignments_requirement_met": assignments_met,
        "has_requirements": has_requirements,
        "is_all_requirements_met": all_met,
        "completion_agreement": agreement,
    }


TABLES = {
    "marts.fct_requirement_fulfillments": Table(
        ("enrollment_id", "activity_id", "activity_type"), fct_requirement_fulfillments
    ),
    "marts.fct_enrollments": Table(("enrollment_id",), fct_enrollments),
}
