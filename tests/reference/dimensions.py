"""The dimensions and the two facts that only rename: attempts and page views."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from math import ceil

from reference.staging import Row
from reference.world import Table, World

FULFILLMENT_RULES = {
    "Private Feedback": "submission_target",
    "Public Feedback": "submission_target",
    "Video": "watched_or_submitted",
    "Audio": "watched_or_submitted",
    "Live Video Event": "watched_or_submitted",
    "Submission Carousel": "not_tracked",
}
"""Every other type, known or not, is `submitted_once`."""


def pick(row: Row, names: str) -> Row:
    """The named columns of a row; `new=old` renames."""
    pairs = (name.partition("=") for name in names.split())
    return {new: row[old or new] for new, _, old in pairs}


def user_key(row: Row) -> str | None:
    """ "institution_id, `:`, user_id; NULL where a part is NULL"."""
    return joined(row["institution_id"], row["user_id"])


def activity_key(row: Row) -> str | None:
    """ "activity_type, `:`, activity_id; NULL where a part is NULL"."""
    return joined(row["activity_type"], row["activity_id"])


def joined(first: object, second: object) -> str | None:
    return None if first is None or second is None else f"{first}:{second}"


def fulfillment_rule(activity_type: str) -> str:
    """The rule of the seed `activity_types`."""
    return FULFILLMENT_RULES.get(activity_type, "submitted_once")


def required_submission_count(activity_type: str, target: Decimal | None) -> int:
    """ "greatest(target, 1) for submission_target (1 where target is NULL), else 1".

    A count is a whole number, so a target of 2.5 asks for 3."""
    if fulfillment_rule(activity_type) != "submission_target" or target is None:
        return 1
    return max(ceil(target), 1)


@cache
def dim_users(world: World) -> list[Row]:
    """One row per in-scope user of an institution, with the roles of user_org_roles."""
    roles = {
        (row["user_id"], row["institution_id"]): row["org_admin_role"].split(",")
        for row in world.rows("user_org_roles")
        if row["org_admin_role"]
    }
    result = []
    for row in world.rows("users"):
        own = roles.get((row["user_id"], row["institution_id"]), [])
        result.append(
            pick(
                row,
                "user_id institution_id email first_name last_name external_id headline bio created_at last_active_at"
                " updated_at",
            )
            | {
                "user_key": user_key(row),
                "is_org_admin": "org_admin" in own,
                "is_org_mentor": "org_mentor" in own,
                "is_course_manager": "course_manager" in own,
            }
        )
    return result


@cache
def dim_courses(world: World) -> list[Row]:
    """One row per in-scope course."""
    activities = dim_activities(world)
    result = []
    for row in world.rows("courses"):
        required = [a for a in activities if a["course_id"] == row["course_id"] and counts_as_required(a)]
        result.append(
            pick(
                row,
                "course_id institution_id institution_name course_title catalog_id lxp_external_id lms_external_id"
                " registration_type self_paced_access_limit duration starts_at ends_at released_at closed_at"
                " registration_closes_at created_at points_required assignments_required updated_at",
            )
            | {
                # "booleans are never NULL"
                "is_self_paced": bool(row["is_self_paced"]),
                "is_automated_completions_enabled": bool(row["is_automated_completions_enabled"]),
                "required_activity_count": len(required),
            }
        )
    return result


def counts_as_required(activity: Row) -> bool:
    """ "In-scope, required, not `not_tracked`"."""
    return bool(activity["is_required"]) and activity["fulfillment_rule"] != "not_tracked"


@cache
def dim_lecture_pages(world: World) -> list[Row]:
    """One row per in-scope page."""
    names = (
        "lecture_page_id institution_id course_id lecture_page_title section_id section_title released_at created_at"
        " updated_at"
    )
    return [pick(row, names) for row in world.rows("lecture_pages")]


@cache
def dim_activities(world: World) -> list[Row]:
    """One row per in-scope activity."""
    return [
        pick(
            row,
            "activity_id activity_type institution_id course_id activity_title target deadline_at released_at"
            " lecture_page_id lecture_page_title section_id section_title updated_at",
        )
        | {
            "activity_key": activity_key(row),
            "is_required": bool(row["is_todo"]),
            "is_hard_deadline": bool(row["is_hard_deadline"]),
            "is_released": row["released_at"] is None or row["released_at"] <= world.settings.as_of,
            "fulfillment_rule": fulfillment_rule(row["activity_type"]),
            "required_submission_count": required_submission_count(row["activity_type"], row["target"]),
        }
        for row in world.rows("course_activities")
    ]


@cache
def course_of_activity(world: World) -> dict[tuple[str, str], int]:
    """Where an activity of dim_activities stands today."""
    return {(row["activity_id"], row["activity_type"]): row["course_id"] for row in dim_activities(world)}


@cache
def course_of_page(world: World) -> dict[int, int]:
    """Where a page of dim_lecture_pages stands today."""
    return {row["lecture_page_id"]: row["course_id"] for row in dim_lecture_pages(world)}


@cache
def fct_activity_attempts(world: World) -> list[Row]:
    """One row per in-scope attempt, in the course of its activity."""
    courses = course_of_activity(world)
    return [
        pick(
            row,
            "user_id activity_id activity_type outcome_id institution_id points_received achieved last_active_at"
            " updated_at",
        )
        | {
            "user_key": user_key(row),
            "activity_key": activity_key(row),
            "course_id": courses.get((row["activity_id"], row["activity_type"]), row["course_id"]),
            "is_submitted": (row["submitted"] or 0) > 0,
        }
        for row in world.rows("user_activities")
    ]


@cache
def page_visits(world: World) -> list[Row]:
    """In-scope First and Last views as they came, each in the course of its page; visits of other types are neither."""
    courses = course_of_page(world)
    return [
        row | {"course_id": courses.get(row["lecture_page_id"], row["course_id"])}
        for row in world.rows("lecture_page_views")
        if row["visit_type"] in ("First", "Last")
    ]


@cache
def fct_lecture_page_views(world: World) -> list[Row]:
    """One row per user and page with a First or a Last view."""
    visits: dict[tuple[int, int], dict[str, Row]] = {}
    for row in page_visits(world):
        visits.setdefault((row["user_id"], row["lecture_page_id"]), {})[row["visit_type"]] = row
    result = []
    for found in visits.values():
        # "A page view of which only First or only Last exists counts as both": an undated one does not exist here
        dates = {kind: row["last_active_at"] for kind, row in found.items()}
        first = dates.get("First") or dates.get("Last")
        last = dates.get("Last") or dates.get("First")
        row = found.get("First") or found["Last"]
        result.append(
            pick(row, "user_id lecture_page_id institution_id course_id")
            | {
                "user_key": user_key(row),
                "first_viewed_at": first,
                "last_viewed_at": last,
                "is_revisited": first is not None and last is not None and last > first,
            }
        )
    return result


TABLES = {
    "marts.dim_users": Table(("user_id", "institution_id"), dim_users),
    "marts.dim_courses": Table(("course_id",), dim_courses),
    "marts.dim_lecture_pages": Table(("lecture_page_id",), dim_lecture_pages),
    "marts.dim_activities": Table(("activity_id", "activity_type"), dim_activities),
    "marts.fct_activity_attempts": Table(
        ("user_id", "activity_id", "activity_type", "outcome_id"), fct_activity_attempts
    ),
    "marts.fct_lecture_page_views": Table(("user_id", "lecture_page_id"), fct_lecture_page_views),
}
