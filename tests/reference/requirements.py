"""What each learner was asked for and what has come of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from reference.dimensions import activity_key, counts_as_required, dim_activities, fct_activity_attempts, user_key
from reference.settings import Settings
from reference.staging import KEYS, Row
from reference.world import Table, World

ATTEMPT = KEYS["user_activities"]


@dataclass(frozen=True)
class Attempt:
    """One in-scope attempt: its latest version, and all of them."""

    row: Row
    """Of fct_activity_attempts."""
    versions: list[Row]
    """Of its key in raw, whatever their deleted flag."""

    @property
    def is_submitted(self) -> bool:
        """ "Taken back is taken back"."""
        return bool(self.row["is_submitted"])

    @property
    def submitted_at(self) -> datetime | None:
        """ "The earliest last_active_at of a version with submitted > 0"; ask only where the latest is submitted."""
        return earliest([version for version in self.versions if (version["submitted"] or 0) > 0])

    @property
    def achieved(self) -> Decimal | None:
        """ "The greatest achieved of any version"."""
        return max((one["achieved"] for one in self.versions if one["achieved"] is not None), default=None)

    def reached_at(self, threshold: Decimal) -> datetime | None:
        """ "The earliest last_active_at of a version that satisfies it"."""
        return earliest([one for one in self.versions if one["achieved"] is not None and one["achieved"] >= threshold])


def dated(attempt: Row) -> datetime | None:
    """ "A NULL last_active_at falls back on updated_at wherever attempts are dated"."""
    at: datetime | None = attempt["last_active_at"] or attempt["updated_at"]
    return at


def earliest(versions: list[Row]) -> datetime | None:
    return min((at for at in map(dated, versions) if at is not None), default=None)


def is_learner(enrollment: Row) -> bool:
    """ "Neither has_admin_permission nor has_mentor_permission; NULL = false"."""
    return not (enrollment["has_admin_permission"] or enrollment["has_mentor_permission"])


@cache
def attempts_by_activity(world: World) -> dict[tuple[Any, ...], list[Attempt]]:
    """Attempts by user_id, institution_id, activity_id, activity_type."""
    versions = world.staged["user_activities"].versions
    found: dict[tuple[Any, ...], list[Attempt]] = defaultdict(list)
    for row in fct_activity_attempts(world):
        attempt = Attempt(row, versions[tuple(row[name] for name in ATTEMPT)])
        found[row["user_id"], row["institution_id"], row["activity_id"], row["activity_type"]].append(attempt)
    return found


def of_activity(world: World, enrollment: Row, activity: Row) -> list[Attempt]:
    """The attempts of an enrollment's user at an activity."""
    person = (enrollment["user_id"], enrollment["institution_id"])
    return attempts_by_activity(world).get((*person, activity["activity_id"], activity["activity_type"]), [])


@cache
def requirements_of_course(world: World) -> dict[int, list[Row]]:
    """The required, tracked activities of dim_activities, by course."""
    found: dict[int, list[Row]] = defaultdict(list)
    for activity in dim_activities(world):
        if counts_as_required(activity):
            found[activity["course_id"]].append(activity)
    return found


@cache
def fct_requirement_fulfillments(world: World) -> list[Row]:
    """One row per learner enrollment (any status) and required, tracked, in-scope activity of its course."""
    return [
        _requirement(enrollment, activity, of_activity(world, enrollment, activity), world.settings)
        for enrollment in world.rows("enrollments")
        if is_learner(enrollment)
        for activity in requirements_of_course(world).get(enrollment["course_id"], [])
    ]


def is_watchable(activity: Row) -> bool:
    target = activity["target"]
    return activity["fulfillment_rule"] == "watched_or_submitted" and target is not None and target > 0


def _fulfillment(activity: Row, attempts: list[Attempt], threshold: Decimal) -> tuple[bool, datetime | None]:
    """Whether it is fulfilled, and when it first was."""
    required = activity["required_submission_count"]
    submitted = [attempt for attempt in attempts if attempt.is_submitted]
    if activity["fulfillment_rule"] == "submission_target":
        # "When the attempt that reaches it was submitted, in that order"
        dates = sorted((one.submitted_at for one in submitted), key=lambda at: (at is None, at or datetime.max))
        return len(submitted) >= required, dates[required - 1] if len(submitted) >= required else None
    moments = [attempt.submitted_at for attempt in submitted]
    if is_watchable(activity):
        reaching = [one for one in attempts if one.achieved is not None and one.achieved >= threshold]
        moments += [attempt.reached_at(threshold) for attempt in reaching]
    return bool(moments), min((at for at in moments if at is not None), default=None)


def _progress(activity: Row, attempts: list[Attempt], threshold: Decimal) -> Decimal:
    """Of what is not fulfilled, 0 to 1."""
    if activity["fulfillment_rule"] == "submission_target":
        required: int = activity["required_submission_count"]
        return Decimal(sum(attempt.is_submitted for attempt in attempts)) / required
    if is_watchable(activity):
        achieved = max((one.achieved for one in attempts if one.achieved is not None), default=Decimal(0))
        return min(max(achieved / threshold, Decimal(0)), Decimal(1))
    return Decimal(0)


def _requirement(enrollment: Row, activity: Row, attempts: list[Attempt], settings: Settings) -> Row:
    deadline, as_of, enrolled_at = activity["deadline_at"], settings.as_of, enrollment["enrolled_at"]
    threshold = settings.watch_threshold * (activity["target"] or Decimal(0))
    is_fulfilled, fulfilled_at = _fulfillment(activity, attempts, threshold)

    # "A deadline binds unless it lies before enrolled_at (without enrolled_at it binds)"
    binds = deadline is not None and not (enrolled_at is not None and deadline < enrolled_at)
    is_late = binds and fulfilled_at is not None and fulfilled_at > deadline
    is_enrolled = enrollment["enrollment_status"] == "Enrolled"
    is_overdue = not is_fulfilled and activity["is_released"] and binds and deadline < as_of and is_enrolled
    if is_fulfilled:
        status = "fulfilled_late" if is_late else "fulfilled"
    elif not is_enrolled:
        status = "not_expected"
    elif not activity["is_released"]:
        status = "not_released"
    elif is_overdue:
        status = "missed" if activity["is_hard_deadline"] else "overdue"
    else:
        status = "in_progress" if attempts else "not_started"
    return {
        "enrollment_id": enrollment["enrollment_id"],
        "activity_id": activity["activity_id"],
        "activity_type": activity["activity_type"],
        "activity_key": activity_key(activity),
        "user_id": enrollment["user_id"],
        "institution_id": enrollment["institution_id"],
        "user_key": user_key(enrollment),
        "course_id": enrollment["course_id"],
        "fulfillment_rule": activity["fulfillment_rule"],
        "attempt_count": len(attempts),
        "submitted_attempt_count": sum(attempt.is_submitted for attempt in attempts),
        "required_submission_count": activity["required_submission_count"],
        "progress_ratio": Decimal(1) if is_fulfilled else _progress(activity, attempts, threshold),
        "is_fulfilled": is_fulfilled,
        "fulfilled_at": fulfilled_at,
        "deadline_at": deadline,
        "is_hard_deadline": activity["is_hard_deadline"],
        "is_on_time": binds and fulfilled_at is not None and fulfilled_at <= deadline,
        "is_late": is_late,
        "is_overdue": is_overdue,
        "days_overdue": days_between(deadline, as_of) if is_overdue else None,
        "requirement_status": status,
        "is_fulfilled_before_enrollment": (
            fulfilled_at is not None and enrolled_at is not None and fulfilled_at < enrolled_at
        ),
    }


def days_between(first: datetime, last: datetime) -> int:
    """UTC calendar days."""
    return (last.date() - first.date()).days


TABLES = {
    "marts.fct_requirement_fulfillments": Table(
        ("enrollment_id", "activity_id", "activity_type"), fct_requirement_fulfillments
    ),
}
