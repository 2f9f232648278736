"""What the academy's own systems say of its people and courses: departments, countries, managers, programs.

Files as an organization keeps them: people by their id or else by their email, courses by their catalog id; with old
rows, gaps, and people and courses that the platform does not have.
"""

from __future__ import annotations

import polars as pl

from playground.academy.chance import Chance, pick
from playground.academy.people import PLATFORM_STAFF, TEXTS

_LEADS = 6
"""Managers of a department."""
_PROGRAMS = {
    "LEAD": "Leadership",
    "COMP": "Compliance",
    "DATA": "Data literacy",
    "COMM": "Communication",
    "ONBD": "Onboarding",
}
"""By the first letters of the catalog id."""
_OTHER_PROGRAM = "Product and projects"


def user_attribute_rows(people: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """A row for all but the platform's staff and one in thirty; one in twelve has no country on record."""
    number = pl.col("user_no").cast(pl.Int64)
    department = chance.index("user_no", "department", len(TEXTS["departments"]))
    return _attributes(people, department, chance).filter(
        number >= PLATFORM_STAFF, chance.uniform("user_no", "is in the personnel file") >= 1 / 30
    )


def earlier_user_attribute_rows(people: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """What an older file said of one in ten: another department with its managers."""
    department = chance.index("user_no", "earlier department", len(TEXTS["departments"]))
    rows = _attributes(people, department, chance)
    return rows.filter(chance.uniform("user_no", "is in the older file") < 0.1)


def _attributes(people: pl.DataFrame, department: pl.Expr, chance: Chance) -> pl.DataFrame:
    lead = department * _LEADS + chance.index("user_no", "manager", _LEADS)
    given, family = TEXTS["given"], TEXTS["family"]
    by_id = pl.col("external_id").is_not_null()
    return people.with_columns(
        email_address=pl.when(by_id).then(None).otherwise(pl.col("email_address").str.to_uppercase()),
        department=pick(department, TEXTS["departments"]),
        country=pl.when(chance.uniform("user_no", "has a country") >= 1 / 12).then(
            chance.choice("user_no", "country", TEXTS["countries"])
        ),
        manager=pl.concat_str(
            pick(lead * 7 % len(given), given), pl.lit(" "), pick(lead * 11 % len(family), family)
        ),
    )  # fmt: skip


def course_attribute_rows(courses: pl.DataFrame) -> pl.DataFrame:
    """A row per catalog id, one for a course of another system, and one for a single run that nobody must take."""
    prefix = pl.col("catalog_id").str.slice(0, 4)
    by_catalog = (
        courses.filter(~pl.col("is_sandbox"))
        .unique("catalog_id", keep="first", maintain_order=True)
        .select(
            course_id=pl.lit(None, pl.Int64),
            catalog_id=pl.col("catalog_id"),
            program=prefix.replace_strict(_PROGRAMS, default=_OTHER_PROGRAM, return_dtype=pl.String),
            is_mandatory=pl.when(prefix.is_in(["COMP", "ONBD"])).then(pl.lit("yes")).otherwise(pl.lit("no")),
        )
    )
    elsewhere = pl.DataFrame(
        {"catalog_id": ["SAFE-900"], "program": ["Safety at work"], "is_mandatory": ["yes"]},
    )
    retired = courses.filter(pl.col("catalog_id") == "COMP-130").select("course_id", is_mandatory=pl.lit("no"))
    return pl.concat([by_catalog, elsewhere, retired], how="diagonal")
