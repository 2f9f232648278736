"""Where each enrollment stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from reference.dimensions import dim_activities, fct_activity_attempts, page_visits, pick, user_key
from reference.requirements import dated, days_between, fct_requirement_fulfillments, is_learner, of_activity
from reference.staging import Row
from reference.world import Table, World

SUMMED_POINTS = ("Private Feedback", "Public Feedback", "Course-Wide Discussion", "Team Discussion")
LEFT = ("Withdrawn", "Removed by Teaching Team")
LEARNER_STATUSES = {"Withdrawn": "withdrawn", "Removed by Teaching Team": "removed", "Auditing": "auditing"}
A_LONG_TIME = 2**31
"""Days."""
Person = tuple[int, int, int]
"""Somebody in a course: user_id, institution_id, course_id."""


def person(row: Row) -> Person:
    return row["user_id"], row["institution_id"], row["course_id"]


@dataclass
class Traces:
    """What people left in courses, and the courses in which traces of learners exist at all."""

    moments: dict[Person, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    """Dated attempts and page views."""
    seen_courses: set[int] = field(default_factory=set)
    """ "A course in which no learner has a page view or a home visit" is not among them."""


@cache
def traces(world: World) -> Traces:
    result = Traces()
    learners = [row for row in world.rows("enrollments") if is_learner(row)]
    people = {person(row) for row in learners}
    # Any dated page view shows that somebody has started, the earliest is the first: also a Last before its First
    for row in page_visits(world):
        if row["last_active_at"]:
            result.moments[person(row)].append(row["last_active_at"])
        if person(row) in people:
            result.seen_courses.add(row["course_id"])
    for row in fct_activity_attempts(world):
        at = dated(row)
        if at:
            result.moments[person(row)].append(at)
    result.seen_courses |= {row["course_id"] for row in learners if row["first_visited_course_home_at"]}
    return result


@cache
def fct_enrollments(world: World) -> list[Row]:
    """One row per in-scope enrollment, learner or not."""
    return [_enrollment(world, row) for row in world.rows("enrollments")]


def _enrollment(world: World, row: Row) -> Row:
    course = world.courses[row["course_id"]]
    enrollment = pick(
        row,
        "enrollment_id user_id institution_id course_id enrollment_status user_role_name course_role_id"
        " registered_by_user_id enrolled_at unenrolled_at first_visited_course_home_at last_active_at completed_at"
        " updated_at",
    )
    enrolled_at, status = row["enrolled_at"], row["enrollment_status"]
    enrollment |= {
        "user_key": user_key(row),
        "is_self_registered": row["registered_by_user_id"] in (None, row["user_id"]),
        "enrolled_on": world.day(enrolled_at) if enrolled_at else None,
        "completed_on": world.day(row["completed_at"]) if row["completed_at"] else None,
        "cohort_month": world.day(enrolled_at).replace(day=1) if enrolled_at else None,
        "has_admin_permission": bool(row["has_admin_permission"]),
        "has_mentor_permission": bool(row["has_mentor_permission"]),
        "is_learner": is_learner(row),
        "is_enrolled_learner": is_learner(row) and status == "Enrolled",
        "has_left": status in LEFT,
        "is_completed": row["completion_status"] == "Completed",
    }
    enrollment |= _dates(enrollment, course, world.settings.as_of)
    moments = traces(world).moments.get(person(row), []) + [
        at for at in [row["first_visited_course_home_at"]] if at is not None
    ]
    enrollment |= {"first_active_at": min(moments, default=None), "has_started": bool(moments)}
    enrollment |= {"learner_status": _learner_status(enrollment)}
    enrollment |= _requirements(world, enrollment) | _points(world, enrollment, course)
    enrollment |= _agreement(enrollment)
    reason = _risk(world, enrollment, course, moments)
    return enrollment | {"is_at_risk": reason is not None, "at_risk_reason": reason}


def _dates(row: Row, course: Row, as_of: datetime) -> Row:
    enrolled_at, completed_at, limit = row["enrolled_at"], row["completed_at"], course["self_paced_access_limit"]
    if course["is_self_paced"] and limit is not None and limit > 0:
        # "Self-paced with a limit: enrolled_at + limit days, NULL without enrolled_at"; out of the calendar is no date
        due_at = enrolled_at + timedelta(days=limit) if enrolled_at and limit < A_LONG_TIME else None
    else:
        # "Else the course's ends_at, NULL where that lies before enrolled_at"
        due_at = course["ends_at"]
        if due_at is not None and enrolled_at is not None and due_at < enrolled_at:
            due_at = None
    days = None
    if row["is_completed"] and enrolled_at and completed_at and enrolled_at <= completed_at <= as_of:
        days = days_between(enrolled_at, completed_at)
    is_course_open = all(at is None or at >= as_of for at in (course["ends_at"], course["closed_at"]))
    return {
        "days_to_complete": days,
        "due_at": due_at,
        "is_due": row["is_enrolled_learner"] and due_at is not None and due_at <= as_of,
        "is_completed_on_time": (
            row["is_completed"] and due_at is not None and completed_at is not None and completed_at <= due_at
        ),
        "is_overdue": row["is_enrolled_learner"] and not row["is_completed"] and due_at is not None and due_at < as_of,
        "is_course_open": is_course_open,
        "is_open": is_course_open and (due_at is None or due_at >= as_of),
    }


def _learner_status(row: Row) -> str:
    if row["is_completed"]:
        return "completed"
    if row["enrollment_status"] in LEARNER_STATUSES:
        return LEARNER_STATUSES[row["enrollment_status"]]
    if not row["is_open"]:
        return "not_completed"
    return "in_progress" if row["has_started"] else "not_started"


@cache
def requirements_by_enrollment(world: World) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in fct_requirement_fulfillments(world):
        found[row["enrollment_id"]].append(row)
    return found


def _requirements(world: World, row: Row) -> Row:
    """ "Rollups of fct_requirement_fulfillments, so 0 for non-learners"."""
    requirements = requirements_by_enrollment(world).get(row["enrollment_id"], [])
    fulfilled = sum(requirement["is_fulfilled"] for requirement in requirements)
    return {
        "required_activity_count": len(requirements),
        "fulfilled_activity_count": fulfilled,
        "fulfilled_late_activity_count": sum(requirement["is_late"] for requirement in requirements),
        "overdue_activity_count": sum(requirement["is_overdue"] for requirement in requirements),
        "fulfillment_ratio": Decimal(fulfilled) / len(requirements) if requirements else None,
    }


def _points(world: World, row: Row, course: Row) -> Row:
    points, assignments = Decimal(0), 0
    for activity in dim_activities(world):
        if activity["course_id"] != row["course_id"]:
            continue
        attempts = of_activity(world, row, activity)
        received = [one.row["points_received"] for one in attempts if one.row["points_received"] is not None]
        if received:
            # "Greatest of the attempts for points_rule `best`, their sum for `sum`; then summed"
            points += sum(received) if activity["activity_type"] in SUMMED_POINTS else max(received)
        if activity["activity_type"] == "Assignment":
            assignments += any(attempt.is_submitted for attempt in attempts)
    points_required, assignments_required = course["points_required"], course["assignments_required"]
    return {
        "points_received": points,
        "points_required": points_required,
        # "A NULL or 0 requirement is met"
        "is_points_requirement_met": not points_required or points >= points_required,
        "assignment_submitted_count": assignments,
        "assignments_required": assignments_required,
        "is_assignments_requirement_met": not assignments_required or assignments >= assignments_required,
    }


def _agreement(row: Row) -> Row:
    has_requirements = (
        row["required_activity_count"] > 0
        or (row["points_required"] or 0) > 0
        or (row["assignments_required"] or 0) > 0
    )
    is_met = (
        has_requirements
        and row["fulfilled_activity_count"] == row["required_activity_count"]
        and row["is_points_requirement_met"]
        and row["is_assignments_requirement_met"]
    )
    if not has_requirements:
        agreement = "no_requirements"
    elif row["is_completed"] == is_met:
        agreement = "consistent"
    else:
        agreement = "completed_without_requirements" if row["is_completed"] else "requirements_met_not_completed"
    return {
        "has_requirements": has_requirements,
        "is_all_requirements_met": is_met,
        "completion_agreement": agreement,
    }


def _risk(world: World, row: Row, course: Row, moments: list[datetime]) -> str | None:
    """The first reason that applies; None for whoever is not at risk."""
    as_of, settings = world.settings.as_of, world.settings
    openings = [at for at in (course["starts_at"], course["released_at"]) if at is not None]
    is_candidate = (
        row["is_enrolled_learner"]
        and not row["is_completed"]
        and row["is_open"]
        and not row["is_all_requirements_met"]
        and all(at <= as_of for at in openings)
    )
    if not is_candidate:
        return None
    if row["overdue_activity_count"] > 0:
        return "overdue_activity"
    if row["course_id"] not in traces(world).seen_courses:
        return None
    if not row["has_started"]:
        if row["enrolled_at"] is None:
            return None
        waited = days_between(max([row["enrolled_at"], *openings]), as_of)
        return "never_started" if waited >= settings.never_started_after_days else None
    silent = days_between(max([*moments, *openings]), as_of)
    return "gone_silent" if silent >= settings.silent_after_days else None


TABLES = {"marts.fct_enrollments": Table(("enrollment_id",), fct_enrollments)}
