"""Scope: the first reason that leaves a row out of the marts, and where every row of `raw` went."""

from __future__ import annotations

from collections import Counter

from reference.staging import Row, Staged

USER_REASONS = ("enrollments", "user_activities", "lecture_page_views", "user_org_roles")
COURSE_REASONS = ("enrollments", "lecture_pages", "course_activities", "user_activities", "lecture_page_views")
EXCLUDED_DOMAINS = ("novoed.com",)


class Scope:
    """Looks rows up against staging's users, courses, activities and pages."""

    def __init__(self, staged: dict[str, Staged]) -> None:
        self.staged = staged
        self.users = {(row["user_id"], row["institution_id"]): row for row in staged["users"].rows}
        self.courses = {row["course_id"]: row for row in staged["courses"].rows}
        self.activities = {(row["activity_id"], row["activity_type"]): row for row in staged["course_activities"].rows}
        self.pages = {row["lecture_page_id"]: row for row in staged["lecture_pages"].rows}

    def reason(self, data_set: str, row: Row) -> str:
        """`in_scope` or the first reason that applies, in the contract's order (invalid keys never reach staging)."""
        question_set = data_set.startswith("question_set")
        if row["is_deleted"]:
            return "deleted"
        if data_set == "users":
            return "excluded_user" if excluded(row["email"]) else "in_scope"
        if data_set in USER_REASONS or (question_set and "user_id" in row):
            # "Users are matched on user_id and institution_id"
            user = self.users.get((row["user_id"], row["institution_id"]))
            if user and user["is_deleted"]:
                return "deleted_user"
            if user and excluded(user["email"]):
                return "excluded_user"
            if user is None:
                return "unknown_user"
        if data_set == "courses":
            return "sandbox_course" if row["is_sandbox"] else "in_scope"
        if data_set in COURSE_REASONS or (question_set and "course_id" in row):
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

    def rows(self, data_set: str) -> list[Row]:
        """The rows of staging that are in scope."""
        return [row for row in self.staged[data_set].rows if self.reason(data_set, row) == "in_scope"]

    def row_accounting(self) -> list[Row]:
        """audit.row_accounting: rows per data set and reason; zero is listed for `in_scope` only."""
        result: list[Row] = []
        for data_set, staged in self.staged.items():
            counts = Counter({"in_scope": 0})
            counts.update(self.reason(data_set, row) for row in staged.rows)
            counts.update({"invalid_key": staged.invalid_key_count, "superseded": staged.superseded_count})
            result += [
                {"data_set": data_set, "reason": reason, "row_count": count}
                for reason, count in counts.items()
                if count or reason == "in_scope"
            ]
        return result

    def cast_failures(self) -> list[Row]:
        """audit.cast_failures, with the text trimmed."""
        return [
            {"data_set": data_set, "column_name": column, "value_text": text, "row_count": count}
            for data_set, staged in self.staged.items()
            for (column, text), count in staged.failures.items()
        ]


def excluded(email: str | None) -> bool:
    """ "Trimmed, lower-cased email ends with `@` + a domain of var `excluded_email_domains`"; NULL excludes nobody."""
    return email is not None and email.lower().endswith(tuple(f"@{domain}" for domain in EXCLUDED_DOMAINS))
