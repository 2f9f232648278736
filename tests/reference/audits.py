"""The audit tables about rows: where each went, and what in it cannot be or looks odd."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from typing import Any

from reference.attributes import course_attributes, user_attributes
from reference.casting import ENUMERATIONS, cast, clean, is_placeholder_date
from reference.dimensions import dim_courses, fct_activity_attempts, fct_lecture_page_views
from reference.enrollments import fct_enrollments, requirements_by_enrollment
from reference.requirements import ATTEMPT, dated
from reference.staging import Row, kinds
from reference.world import Table, World


@cache
def row_accounting(world: World) -> list[Row]:
    """Rows per data set and reason; zero is listed for `in_scope` only."""
    accounts: dict[str, Counter[str]] = {}
    for data_set, staged in world.staged.items():
        counts = Counter({"in_scope": 0})
        counts.update(world.reason(data_set, row) for row in staged.rows)
        superseded = sum(len(versions) - 1 for versions in staged.versions.values())
        counts.update({"invalid_key": staged.invalid_key_count, "superseded": superseded})
        accounts[data_set] = counts
    for data_set, (_, reasons) in (
        ("user_attributes", user_attributes(world)),
        ("course_attributes", course_attributes(world)),
    ):
        accounts[data_set] = Counter({"in_scope": 0, **reasons})
    return [
        {"data_set": data_set, "reason": reason, "row_count": count}
        for data_set, counts in accounts.items()
        for reason, count in counts.items()
        if count or reason == "in_scope"
    ]


@cache
def cast_failures(world: World) -> list[Row]:
    """Rows per data set, column and text that could not be cast, over all versions."""
    return [
        {
            "data_set": data_set,
            "column_name": column,
            "value_text": text,
            "is_placeholder_date": is_placeholder_date(kinds(data_set)[column][1], text, world.settings),
            "row_count": count,
        }
        for data_set, staged in world.staged.items()
        for (column, text), count in staged.failures.items()
    ]


@cache
def unknown_enumeration_values(world: World) -> list[Row]:
    """Values of staging, deleted rows too, that the article does not have; of roles, lists with such a one."""
    counts = Counter(
        (data_set, name, row[name])
        for data_set, staged in world.staged.items()
        for name, kind in kinds(data_set).values()
        if kind in ENUMERATIONS
        for row in staged.rows
        if row[name] is not None
        and not {*(row[name].split(",") if kind == "org_admin_role" else [row[name]])} <= {*ENUMERATIONS[kind], ""}
    )
    return [
        {"data_set": data_set, "column_name": name, "value_text": text, "row_count": count}
        for (data_set, name, text), count in counts.items()
    ]


def record_key(row: Row, *names: str) -> str:
    """ "The key's parts joined by `:` (an empty outcome_id is an empty last part)"."""
    return ":".join("" if row[name] is None else str(row[name]) for name in names)


@cache
def date_conflicts(world: World) -> list[Row]:
    """One row per conflict and record."""
    as_of = world.settings.as_of
    result: list[Row] = []

    def note(conflict: str, record_id: str, row: Row, earlier: datetime | None, later: datetime | None) -> None:
        result.append(
            {
                "conflict": conflict,
                "record_id": record_id,
                "course_id": row["course_id"],
                "expected_earlier_at": earlier,
                "expected_later_at": later,
            }
        )

    def note_earliest(conflict: str, record_id: str, row: Row, earlier: datetime, *moments: datetime | None) -> None:
        """ "Of several dates the earliest counts"."""
        if found := [at for at in moments if at is not None]:
            note(conflict, record_id, row, earlier, min(found))

    def before(limit: datetime | None, *moments: datetime | None) -> list[datetime]:
        return [at for at in moments if at is not None and limit is not None and at < limit]

    def after_as_of(*moments: datetime | None) -> list[datetime]:
        return [at for at in moments if at is not None and at > as_of]

    for row in fct_enrollments(world):
        key, enrolled_at = record_key(row, "enrollment_id"), row["enrolled_at"]
        deadlines = [one["deadline_at"] for one in requirements_by_enrollment(world).get(row["enrollment_id"], [])]
        completed_at = row["completed_at"] if row["is_completed"] else None
        note_earliest("due_before_enrolled", key, row, enrolled_at,
                      *before(enrolled_at, world.courses[row["course_id"]]["ends_at"], *deadlines))  # fmt: skip
        note_earliest("completed_before_enrolled", key, row, enrolled_at, *before(enrolled_at, row["completed_at"]))
        note_earliest("unenrolled_before_enrolled", key, row, enrolled_at, *before(enrolled_at, row["unenrolled_at"]))
        note_earliest("active_before_enrolled", key, row, enrolled_at, *before(enrolled_at, row["first_active_at"]))
        note_earliest("enrolled_after_as_of", key, row, as_of, *after_as_of(enrolled_at))
        note_earliest("completed_after_as_of", key, row, as_of, *after_as_of(completed_at))
        if enrolled_at is None:
            note("enrolled_without_date", key, row, None, None)
        if row["is_completed"] and completed_at is None:
            note("completed_without_date", key, row, enrolled_at, None)
    for row in fct_activity_attempts(world):
        note_earliest("attempt_after_as_of", record_key(row, *ATTEMPT), row, as_of, *after_as_of(dated(row)))
    for row in fct_lecture_page_views(world):
        key, first, last = record_key(row, "user_id", "lecture_page_id"), row["first_viewed_at"], row["last_viewed_at"]
        note_earliest("viewed_after_as_of", key, row, as_of, *after_as_of(first, last))
        note_earliest("last_view_before_first", key, row, first, *before(first, last))
    for row in dim_courses(world):
        key, starts_at = record_key(row, "course_id"), row["starts_at"]
        note_earliest("ends_before_start", key, row, starts_at, *before(starts_at, row["ends_at"]))
    return result


@cache
def duplicate_people(world: World) -> list[Row]:
    """In-scope people of one institution who share an email or an external id."""
    people: Counter[tuple[int, str, Any]] = Counter()
    for row in world.rows("users"):
        email, external_id = clean(row["email"]), cast("key", row["external_id"], world.settings)
        if email:
            people[row["institution_id"], "email", email.lower()] += 1
        if external_id:
            people[row["institution_id"], "external_id", external_id] += 1
    return [
        {"institution_id": institution_id, "attribute": attribute, "value": value, "person_count": count}
        for (institution_id, attribute, value), count in people.items()
        if count > 1
    ]


IDENTITIES = {
    "enrollments": ("user_id", "course_id"),
    "course_activities": ("course_id",),
    "lecture_pages": ("course_id",),
}
"""What names another person or course where it changes."""


@cache
def changed_identities(world: World) -> list[Row]:
    """Records, in scope or not, of which an older version names another person or course than the latest."""
    result = []
    for data_set, columns in IDENTITIES.items():
        for key, versions in world.staged[data_set].versions.items():
            latest, *older = versions
            for column in columns:
                # "An empty value is no other person or course"; "before: the newest older value that differs"
                after = latest[column]
                others = [row[column] for row in older if row[column] is not None and row[column] != after]
                if after is not None and others:
                    result.append(
                        {
                            "data_set": data_set,
                            "record_key": ":".join(map(str, key)),
                            "column_name": column,
                            "before": others[0],
                            "after": after,
                            "version_count": len(versions),
                        }
                    )
    return result


@cache
def repeated_enrollments(world: World) -> list[Row]:
    """People with more than one enrollment in a course."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in fct_enrollments(world):
        found[row["user_id"], row["institution_id"], row["course_id"]].append(row)
    return [
        {
            "user_id": user_id,
            "institution_id": institution_id,
            "course_id": course_id,
            "enrollment_count": len(rows),
            "enrolled_learner_count": sum(row["is_enrolled_learner"] for row in rows),
        }
        for (user_id, institution_id, course_id), rows in found.items()
        if len(rows) > 1
    ]


TABLES = {
    "audit.row_accounting": Table(("data_set", "reason"), row_accounting, adds_up=True),
    "audit.cast_failures": Table(
        ("data_set", "column_name", "value_text", "is_placeholder_date"), cast_failures, adds_up=True
    ),
    "audit.unknown_enumeration_values": Table(
        ("data_set", "column_name", "value_text"), unknown_enumeration_values, adds_up=True
    ),
    "audit.date_conflicts": Table(("conflict", "record_id"), date_conflicts),
    "audit.duplicate_people": Table(("institution_id", "attribute", "value"), duplicate_people),
    "audit.changed_identities": Table(("data_set", "record_key", "column_name"), changed_identities),
    "audit.repeated_enrollments": Table(("user_id", "institution_id", "course_id"), repeated_enrollments),
}
