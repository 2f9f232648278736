"""One institution and the settings it is judged by: what staging makes of it, and what of that is in scope.

Every table is a function of a World: `@cache def fct_something(world: World) -> list[Row]`, registered in its
module's TABLES."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from reference.casting import clean
from reference.settings import Settings
from reference.staging import KEYS, Raw, Row, Staged, stage

USER_REASONS = ("enrollments", "user_activities", "lecture_page_views", "user_org_roles")
COURSE_REASONS = ("enrollments", "lecture_pages", "course_activities", "user_activities", "lecture_page_views")


@dataclass(frozen=True)
class Table:
    """A table that dbt builds, computed a second time."""

    key: tuple[str, ...]
    """Its grain."""
    rows: Callable[[World], list[Row]]
    adds_up: bool = False
    """Whether rows of several institutions share a key: counts are added up, of moments the latest counts."""


class World:
    """Looks rows up against staging's users, courses, activities and pages."""

    def __init__(self, raw: dict[str, list[Raw]], settings: Settings) -> None:
        self.raw = raw
        self.settings = settings
        self._in_scope: dict[str, list[Row]] = {}
        self.zone = ZoneInfo(settings.reporting_timezone)
        self.staged: dict[str, Staged] = {
            data_set: stage(data_set, raw.get(data_set, []), settings) for data_set in KEYS
        }
        staged = self.staged
        self.users = {(row["user_id"], row["institution_id"]): row for row in staged["users"].rows}
        self.courses = {row["course_id"]: row for row in staged["courses"].rows}
        self.activities = {(row["activity_id"], row["activity_type"]): row for row in staged["course_activities"].rows}
        self.pages = {row["lecture_page_id"]: row for row in staged["lecture_pages"].rows}
        self.filled = {
            data_set: {name for row in one.rows for name, value in row.items() if value is not None}
            for data_set, one in staged.items()
            if not KEYS[data_set]
        }
        """Per question set the columns that its files fill: "only the reasons that its columns allow"."""

    def user(self, data_set: str, row: Row) -> Row | None:
        """ "Users are matched on user_id and institution_id"; where no file of a question set names the institution, an
        API key being that of one, on user_id."""
        if "institution_id" in self.filled.get(data_set, {"institution_id"}):
            return self.users.get((row["user_id"], row["institution_id"]))
        return next((user for key, user in self.users.items() if key[0] == row["user_id"]), None)

    def reason(self, data_set: str, row: Row) -> str:
        """`in_scope` or the first reason that applies, in the contract's order (invalid keys never reach staging)."""
        filled = self.filled.get(data_set, set())
        if row["is_deleted"]:
            return "deleted"
        if data_set == "users":
            return "excluded_user" if excluded(row["email"], self.settings.excluded_email_domains) else "in_scope"
        if data_set in USER_REASONS or "user_id" in filled:
            user = self.user(data_set, row)
            if user and user["is_deleted"]:
                return "deleted_user"
            if user and excluded(user["email"], self.settings.excluded_email_domains):
                return "excluded_user"
            if user is None:
                return "unknown_user"
        if data_set == "courses":
            return "sandbox_course" if row["is_sandbox"] else "in_scope"
        if data_set in COURSE_REASONS or "course_id" in filled:
            course = self.courses.get(row["course_id"])
            if course and course["is_sandbox"]:
                return "sandbox_course"
            if course is None:
                return "unknown_course"
        if data_set == "user_activities":
            activity = self.activities.get((row["activity_id"], row["activity_type"]))
            if activity is None:
                return "unknown_activity"
            return "deleted_activity" if activity["is_deleted"] else "in_scope"
        if data_set == "lecture_page_views":
            page = self.pages.get(row["lecture_page_id"])
            if page is None:
                return "unknown_page"
            return "deleted_page" if page["is_deleted"] else "in_scope"
        return "in_scope"

    def day(self, at: datetime) -> date:
        """The day of a moment in reporting_timezone, for every `_on` and every month."""
        return at.replace(tzinfo=UTC).astimezone(self.zone).date()

    def rows(self, data_set: str) -> list[Row]:
        """The rows of staging that are in scope."""
        if data_set not in self._in_scope:
            rows = self.staged[data_set].rows
            self._in_scope[data_set] = [row for row in rows if self.reason(data_set, row) == "in_scope"]
        return self._in_scope[data_set]


def excluded(email: str | None, domains: tuple[str, ...]) -> bool:
    """ "Trimmed, lower-cased email ends with `@` + a domain of var `excluded_email_domains`"; NULL excludes nobody."""
    return (clean(email) or "").lower().endswith(tuple(f"@{domain.lower()}" for domain in domains))
