"""The organization's own attributes of people and of courses: random files, whose each is, and which version counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from reference.casting import UncastableError, cast, clean, trimmed
from reference.records import EMAILS, FILES, LOAD_RUNS, Records
from reference.staging import METADATA, Raw, Row
from reference.world import Table, World

KEY_COLUMNS = {
    "user_attributes": ("external_id", "email_address", "institution_id"),
    "course_attributes": ("course_id", "catalog_id", "institution_id"),
}
"""Every other column is an attribute."""
SEEDS = 3_000_000
"""Added to the institution's seed, so that its attributes are drawn apart from everything else."""
ATTRIBUTES = ("department", "country", "value", "attribute", "user_id", "2nd")
VALUES = ("Sales", " Sales\u3000", "IT", "it", "R\u200b&D", "7", "\t", "", None, None)


class AttributeFiles(Records):
    """Rows of both sets of attributes of one institution, in `rows`; _source_row is still missing.

    What other institutions of the database have, too (an email), comes with an institution_id.
    """

    def __init__(self, seed: int, of: Records, users: list[tuple[int, int]]) -> None:
        super().__init__(seed + SEEDS, of.settings, of.base)
        self.seed = seed
        self.courses = of.courses
        self.rows: dict[str, list[Raw]] = {name: [] for name in KEY_COLUMNS}
        for user, institution in users * 2:
            if self.chance(0.6):
                self._add("user_attributes", self._person(user, institution))
            if self.chance(0.4):
                self._add("course_attributes", self._offering(self.rng.choice(of.courses)))

    def _person(self, user: int, institution: int) -> Raw:
        external_id = self.rng.choice([f"X-{user}", f"x-{user}", f"X-{self.base} A", f"X-{self.base} \u200bB"])
        shared = self.chance(0.2)
        email = self.rng.choice(EMAILS) if shared else self.rng.choice([f"p{user}@example.com", f"P{user}@Example.com"])
        told = self.rng.choice([institution, institution, self.base + 1, self.base + 77])
        return {
            "external_id": self.key(external_id) if self.chance(0.6) else self.rng.choice([None, "", " \u200b"]),
            "email_address": self.disguise(email) if email and self.chance(0.9) else None,
            "institution_id": str(told) if shared else self.rng.choice([None, " ", self.id(told, 0.1)]),
        }

    def _offering(self, course: int) -> Raw:
        catalog_id = f"cat-{course % 2}-{self.base}"
        return {
            "course_id": self.course(course) if self.chance(0.4) else self.rng.choice([None, "", " \u200b"]),
            "catalog_id": self.disguise(self.rng.choice([catalog_id, catalog_id.upper(), f"CAT-9-{self.base}"])),
            "institution_id": self.rng.choice([None, None, "", self.institution(self.base + 1)]),
        }

    def _add(self, attribute_set: str, row: Raw) -> None:
        file, run = self.rng.choice(FILES)
        few = self.rng.sample(ATTRIBUTES, self.rng.randint(0, 3))
        row |= {attribute: self.rng.choice(VALUES) for attribute in few}
        row |= {"_source_file": f"{attribute_set}/{self.seed:05}/{file}", "_loaded_at": LOAD_RUNS[run]}
        self.rows[attribute_set].append(row)


def values(attribute_set: str, row: Raw) -> dict[str, str]:
    """ "Every other column is an attribute"; "values are trimmed; an empty value is no version"."""
    apart = {*KEY_COLUMNS[attribute_set], *METADATA}
    read = {column: trimmed(text) for column, text in row.items() if column not in apart}
    return {attribute: value for attribute, value in read.items() if value is not None}


def said(world: World, row: Raw, column: str) -> object:
    """The id of a cell; what cannot be read is no id of anybody, but it is filled."""
    try:
        return cast("id", row[column], world.settings)
    except UncastableError:
        return "unreadable"


def is_there(world: World, row: Raw, found: Row) -> bool:
    """ "institution_id, where it is there, must match, too"."""
    return clean(row["institution_id"]) is None or said(world, row, "institution_id") == found["institution_id"]


def people_meant(world: World, row: Raw) -> list[tuple[int, int]]:
    """ "By external_id where that is filled, else by email_address, with no second try"."""

    def external_id(text: str | None) -> object:
        return cast("key", text, world.settings)

    def email(text: str | None) -> str:
        return (clean(text) or "").lower()

    meant = [
        user
        for user in world.rows("users")
        if is_there(world, row, user)
        and (
            external_id(user["external_id"]) == external_id(row["external_id"])
            if external_id(row["external_id"])
            else email(row["email_address"]) and email(user["email"]) == email(row["email_address"])
        )
    ]
    return [(user["user_id"], user["institution_id"]) for user in meant]


def courses_meant(world: World, row: Raw) -> list[int]:
    """ "By course_id where filled, else by catalog_id (trimmed, case ignored)"; all that have it."""

    def catalog_id(text: str | None) -> str:
        return (clean(text) or "").lower()

    return [
        course["course_id"]
        for course in world.rows("courses")
        if is_there(world, row, course)
        and (
            said(world, row, "course_id") == course["course_id"]
            if clean(row["course_id"])
            else catalog_id(row["catalog_id"]) and catalog_id(row["catalog_id"]) == catalog_id(course["catalog_id"])
        )
    ]


Judged = tuple[dict[tuple[Any, str], str], Counter[str]]
"""Values by subject and attribute; rows by reason."""


def judged(attribute_set: str, rows: Iterable[tuple[Raw, list[Any], str | None]]) -> Judged:
    """`rows` with whom or what each is of, or why it is of none."""
    # "Latest `_loaded_at`, greatest `_source_file`, greatest `_source_row`"
    ordered = sorted(
        rows, key=lambda one: (one[0]["_loaded_at"], one[0]["_source_file"].encode(), one[0]["_source_row"])
    )
    latest = {
        (subject, attribute): (number, value)
        for number, (row, subjects, reason) in enumerate(ordered)
        if reason is None
        for attribute, value in values(attribute_set, row).items()
        for subject in subjects
    }
    alive = {number for number, _ in latest.values()}
    reasons = Counter(
        reason or ("superseded" if values(attribute_set, row) and number not in alive else "in_scope")
        for number, (row, _, reason) in enumerate(ordered)
    )
    return {key: value for key, (_, value) in latest.items()}, reasons


@cache
def user_attributes(world: World) -> Judged:
    rows: list[tuple[Raw, list[Any], str | None]] = []
    for row in world.raw.get("user_attributes", []):
        meant: list[Any] = [*people_meant(world, row)]
        reason = "unmatched_user" if not meant else "ambiguous_user" if len(meant) > 1 else None
        rows.append((row, meant, reason))
    return judged("user_attributes", rows)


@cache
def course_attributes(world: World) -> Judged:
    rows: list[tuple[Raw, list[Any], str | None]] = []
    for row in world.raw.get("course_attributes", []):
        meant: list[Any] = [*courses_meant(world, row)]
        rows.append((row, meant, None if meant else "unmatched_course"))
    return judged("course_attributes", rows)


@cache
def dim_user_attributes(world: World) -> list[Row]:
    """One row per person and attribute."""
    return [
        {
            "user_id": user_id,
            "institution_id": institution_id,
            "user_key": f"{institution_id}:{user_id}",
            "attribute": attribute,
            "value": value,
        }
        for ((user_id, institution_id), attribute), value in user_attributes(world)[0].items()
    ]


@cache
def dim_course_attributes(world: World) -> list[Row]:
    """One row per course and attribute."""
    return [
        {"course_id": course_id, "attribute": attribute, "value": value}
        for (course_id, attribute), value in course_attributes(world)[0].items()
    ]


TABLES = {
    "marts.dim_user_attributes": Table(("user_id", "institution_id", "attribute"), dim_user_attributes),
    "marts.dim_course_attributes": Table(("course_id", "attribute"), dim_course_attributes),
}
