"""Staging: one row per unique key, the rows that left it, and the values that could not be cast."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from reference.casting import UncastableError, cast
from reference.settings import Settings

Raw = dict[str, Any]
"""One row of `raw`: text by column, plus _source_file (text), _source_row (int) and _loaded_at (datetime)."""
Row = dict[str, Any]
"""One row of a model: values by column name."""

METADATA = ("_source_file", "_source_row", "_loaded_at")

COLUMNS: dict[str, str] = {
    "users": """
        user_id:id institution_id:id first_name:text last_name:text email_address>email:text external_id:text bio:text
        headline:text last_active_date>last_active_at:timestamp created_date>created_at:timestamp
        record_updated_date>updated_at:timestamp record_deleted>is_deleted:boolean""",
    "courses": """
        course_id:id institution_id:id institution_name:text catalog_id:text lxp_external_id:text lms_external_id:text
        title>course_title:text start_date>starts_at:timestamp end_date>ends_at:day_end
        release_date>released_at:timestamp closed_date>closed_at:day_end
        registration_close_date>registration_closes_at:day_end registration_type:registration_type
        self_paced>is_self_paced:boolean self_paced_access_limit:count is_sandbox:boolean duration:count
        created_date>created_at:timestamp record_updated_date>updated_at:timestamp
        automated_completions_enabled>is_automated_completions_enabled:boolean
        num_of_points_required>points_required:count num_assignments_required>assignments_required:count""",
    "enrollments": """
        enrollment_id:id course_id:id user_id:id institution_id:id enrollment_status:enrollment_status
        enrollment_date>enrolled_at:timestamp unenrollment_date>unenrolled_at:timestamp
        last_active_date>last_active_at:timestamp
        first_visit_course_home_date>first_visited_course_home_at:timestamp completion_status:completion_status
        completed_date>completed_at:timestamp course_role_id:id user_role_name:text has_admin_permission:boolean
        has_mentor_permission:boolean registered_by_user_id:id record_updated_date>updated_at:timestamp
        record_deleted>is_deleted:boolean""",
    "lecture_pages": """
        lecture_page_id:id title>lecture_page_title:text course_id:id release_date>released_at:timestamp
        created_date>created_at:timestamp section_id:id section_title:text institution_id:id
        record_deleted>is_deleted:boolean updated_date>updated_at:timestamp""",
    "course_activities": """
        activity_id:key activity_type:activity_type course_id:id institution_id:id activity_title:text
        is_todo:boolean release_date>released_at:timestamp deadline>deadline_at:day_end
        hard_deadline>is_hard_deadline:boolean target:decimal lecture_page_id:id lecture_page_title:text section_id:id
        section_title:text updated_date>updated_at:timestamp record_deleted>is_deleted:boolean""",
    "user_activities": """
        user_id:id course_id:id institution_id:id activity_type:activity_type activity_id:key submitted:count
        last_active_date>last_active_at:timestamp points_received:decimal achieved:decimal
        updated_date>updated_at:timestamp outcome_id:key record_deleted>is_deleted:boolean""",
    "lecture_page_views": """
        user_id:id lecture_page_id:id visit_type:visit_type last_active_date>last_active_at:timestamp course_id:id
        institution_id:id updated_date>updated_at:timestamp""",
    "user_org_roles": "user_id:id institution_id:id org_admin_role:org_admin_role updated_date>updated_at:timestamp",
    "question_set_questions": """
        activity_id:key activity_type:activity_type course_id:id question_id:key question_text:text question_type:text
        response_option_id:key response_option_text:text is_correct:boolean position:count
        record_deleted>is_deleted:boolean updated_date>updated_at:timestamp""",
    "question_set_responses": """
        user_id:id institution_id:id course_id:id activity_id:key activity_type:activity_type outcome_id:key
        question_id:key response_option_id:key response_text:text is_correct:boolean points_received:decimal
        record_deleted>is_deleted:boolean updated_date>updated_at:timestamp""",
}
"""raw column[>staging name]:kind. The platform publishes no columns of the question sets: these are the project's."""

KEYS: dict[str, tuple[str, ...]] = {
    "users": ("user_id", "institution_id"),
    "courses": ("course_id",),
    "enrollments": ("enrollment_id",),
    "lecture_pages": ("lecture_page_id",),
    "course_activities": ("activity_id", "activity_type"),
    "user_activities": ("user_id", "activity_id", "activity_type", "outcome_id"),
    "lecture_page_views": ("user_id", "lecture_page_id", "visit_type"),
    "user_org_roles": ("user_id", "institution_id"),
    "question_set_questions": (),
    "question_set_responses": (),
}


@dataclass
class Staged:
    """One data set after staging."""

    versions: dict[tuple[Any, ...], list[Row]] = field(default_factory=dict)
    """Every version by key, the latest first."""
    invalid_key_count: int = 0
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(raw column, text as it came) of every uncastable value, over all rows of raw → rows."""

    @property
    def rows(self) -> list[Row]:
        """The latest version of every key."""
        return [versions[0] for versions in self.versions.values()]


@cache
def kinds(data_set: str) -> dict[str, tuple[str, str]]:
    """raw column → (staging name, kind)."""
    found: dict[str, tuple[str, str]] = {}
    for entry in COLUMNS[data_set].split():
        names, kind = entry.split(":")
        raw, _, renamed = names.partition(">")
        found[raw] = (renamed or raw, kind)
    return found


def stage(data_set: str, raw_rows: list[Raw], settings: Settings) -> Staged:
    """Staging of one data set. Question sets: the key is the whole record, as text."""
    staged = Staged()
    for raw in raw_rows:
        row = _cast_row(data_set, raw, staged.failures, settings)
        if KEYS[data_set]:
            key = tuple(row[name] for name in KEYS[data_set])
            # "Rows with an empty or uncastable key column leave staging (outcome_id may be empty; then it is a value)"
            if any(row[name] is None for name in KEYS[data_set] if name != "outcome_id"):
                staged.invalid_key_count += 1
                continue
        else:
            # In `raw` empty is NULL
            key = tuple(sorted((name, text) for name, text in raw.items() if name not in METADATA and text))
        staged.versions.setdefault(key, []).append(row)
    for versions in staged.versions.values():
        versions.sort(key=recency, reverse=True)
    return staged


def _cast_row(data_set: str, raw: Raw, failures: Counter[tuple[str, str]], settings: Settings) -> Row:
    row: Row = {name: raw[name] for name in METADATA}
    for column, (name, kind) in kinds(data_set).items():
        try:
            row[name] = cast(kind, raw.get(column), settings)
        except UncastableError:
            # "Every uncastable non-empty value becomes NULL and is counted"
            row[name] = None
            failures[column, raw[column]] += 1
    # "is_deleted (never null)"; a data set without the flag deletes nothing
    row["is_deleted"] = bool(row.get("is_deleted"))
    return row


def recency(row: Row) -> tuple[Any, ...]:
    """ "The greatest updated timestamp (nulls last), then the latest `_loaded_at`, then the greatest `_source_file`,
    then the smallest `_source_row`"."""
    return (
        row["updated_at"] is not None,
        row["updated_at"] or datetime.min,
        row["_loaded_at"],
        row["_source_file"].encode(),
        -row["_source_row"],
    )
