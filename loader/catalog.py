"""What lands: the ten data sets of the platform, and the organization's own attributes of people and of courses.

The one place in the loader that knows them. Columns and keys are the platform's data dictionary; the cadences are
those of its developer pages, taking the longer one where they disagree. The two question-set data sets have an
endpoint but no published dictionary: their only assumed column is `updated_date`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from loader.errors import UsageError

_QUESTION_SET_COLUMNS = Path(__file__).parents[1] / "seeds" / "question_set_columns.csv"


@dataclass(frozen=True)
class FileSet:
    """A folder of the landing folder, and the table of schema `raw` that its files fill; both bear its name."""

    name: str
    key: tuple[str, ...]
    """Columns that identify a record; empty where none do (of the platform's, the whole record does then)."""
    columns: tuple[str, ...]
    """Every documented column, in the dictionary's order, as the CSV header spells it."""

    @cached_property
    def known_columns(self) -> frozenset[str]:
        """Columns that are no news in a file: the documented ones, and what the seed question_set_columns maps."""
        mapped: set[str] = set()
        if not self.key and _QUESTION_SET_COLUMNS.exists():
            with _QUESTION_SET_COLUMNS.open(encoding="utf-8", newline="") as seed:
                rows = [row for row in csv.reader(seed) if row[:1] == [self.name]]
            mapped = {name.strip().lower() for row in rows for name in row[1:3]}
        return frozenset(self.columns) | mapped


@dataclass(frozen=True)
class DataSet(FileSet):
    """One data set of the platform: what a page of it must hold and how often the platform refreshes it."""

    updated_column: str
    """The timestamp that `updated_after` and `updated_before` select and order by."""
    cadence: timedelta
    """How long the platform may take to show a change: rows become visible up to this late."""


@dataclass(frozen=True)
class AttributeSet(FileSet):
    """What the organization says of its people or courses, in files of its own: a column per attribute."""

    subjects: str
    """Whom or what the attributes are of."""
    matched_by: tuple[str, ...]
    """Columns that tell whose the attributes are; a file needs one of them."""


def _data_set(name: str, key: str, columns: str, updated_column: str, cadence_hours: int) -> DataSet:
    return DataSet(name, tuple(key.split()), tuple(columns.split()), updated_column, timedelta(hours=cadence_hours))


DATA_SETS: dict[str, DataSet] = {
    data_set.name: data_set
    for data_set in (
        _data_set(
            "users",
            "user_id institution_id",
            "user_id institution_id first_name last_name email_address external_id bio headline last_active_date"
            " created_date record_updated_date record_deleted",
            "record_updated_date",
            6,
        ),
        _data_set(
            "courses",
            "course_id",
            "course_id institution_id institution_name catalog_id lxp_external_id lms_external_id title start_date"
            " end_date release_date closed_date registration_close_date registration_type self_paced"
            " self_paced_access_limit is_sandbox duration created_date record_updated_date"
            " automated_completions_enabled num_of_points_required num_assignments_required",
            "record_updated_date",
            6,
        ),
        _data_set(
            "enrollments",
            "enrollment_id",
            "enrollment_id course_id user_id institution_id enrollment_status enrollment_date unenrollment_date"
            " last_active_date first_visit_course_home_date completion_status completed_date course_role_id"
            " user_role_name has_admin_permission has_mentor_permission registered_by_user_id record_updated_date"
            " record_deleted",
            "record_updated_date",
            1,
        ),
        _data_set(
            "lecture_pages",
            "lecture_page_id",
            "lecture_page_id title course_id release_date created_date section_id section_title institution_id"
            " record_deleted updated_date",
            "updated_date",
            12,
        ),
        _data_set(
            "course_activities",
            "activity_id activity_type",
            "activity_id activity_type course_id institution_id activity_title is_todo release_date deadline"
            " hard_deadline target lecture_page_id lecture_page_title section_id section_title updated_date"
            " record_deleted",
            "updated_date",
            12,
        ),
        _data_set("question_set_questions", "", "updated_date", "updated_date", 12),
        _data_set("question_set_responses", "", "updated_date", "updated_date", 12),
        _data_set(
            "user_activities",
            "user_id activity_id activity_type outcome_id",
            "user_id course_id institution_id activity_type activity_id submitted last_active_date points_received"
            " achieved updated_date outcome_id record_deleted",
            "updated_date",
            12,
        ),
        _data_set(
            "lecture_page_views",
            "user_id lecture_page_id visit_type",
            "user_id lecture_page_id visit_type last_active_date course_id institution_id updated_date",
            "updated_date",
            12,
        ),
        _data_set(
            "user_org_roles",
            "user_id institution_id",
            "user_id institution_id org_admin_role updated_date",
            "updated_date",
            12,
        ),
    )
}
"""By name, in the order of the platform's list of endpoints."""

ATTRIBUTE_SETS: dict[str, AttributeSet] = {
    attribute_set.name: attribute_set
    for attribute_set in (
        AttributeSet(
            "user_attributes",
            (),
            ("external_id", "email_address", "institution_id"),
            "people",
            ("external_id", "email_address"),
        ),
        AttributeSet(
            "course_attributes",
            (),
            ("course_id", "catalog_id", "institution_id"),
            "courses",
            ("course_id", "catalog_id"),
        ),
    )
}
"""By name. Their other columns are attributes."""

FILE_SETS: dict[str, FileSet] = {**DATA_SETS, **ATTRIBUTE_SETS}
"""All that is loaded, by name."""


def pick(names: Sequence[str]) -> tuple[DataSet, ...]:
    """The platform's data sets of these names, each once; all where none is named. Raises UsageError for another."""
    own = [name for name in names if name in ATTRIBUTE_SETS]
    if own:
        raise UsageError(f"The platform does not have {', '.join(own)}: put CSV files of your own into that folder")
    _check(names, DATA_SETS)
    return tuple(DATA_SETS[name] for name in dict.fromkeys(names or DATA_SETS))


def pick_landed(names: Sequence[str]) -> list[str]:
    """The names, each once, of what is loaded; all where none is given. Raises UsageError for an unknown one."""
    _check(names, FILE_SETS)
    return list(dict.fromkeys(names or FILE_SETS))


def _check(names: Sequence[str], known: Iterable[str]) -> None:
    unknown = [name for name in names if name not in {*known}]
    if unknown:
        raise UsageError(f"There is no data set {', '.join(unknown)}; there are {', '.join(known)}")
