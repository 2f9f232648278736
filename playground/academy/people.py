"""The people of the sample academy: learners, facilitators, staff of the platform, and their org roles."""

from __future__ import annotations

import tomllib
from pathlib import Path
from unicodedata import normalize

import polars as pl

from playground.academy.chance import DAY, Chance, pick
from playground.academy.clock import Calendar

INSTITUTION = 318
PLATFORM_STAFF = 6
FACILITATORS = 26
FIRST_LEARNER = PLATFORM_STAFF + FACILITATORS
"""User numbers: platform staff, then facilitators, then learners."""

TEXTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
"""What people are made up of."""
_GIVEN, _FAMILY = TEXTS["given"], TEXTS["family"]
_NO_ACCENT = str.maketrans({"ø": "o", "ß": "ss", "ł": "l", "\u0131": "i"})
_STAFF_EMAILS = ("Support@NovoEd.com", " kim.lee@novoed.com", "csm.team@novoed.com", "QA@NOVOED.COM ",
                 "solutions@novoed.com", "ana.ruiz@novoed.com")  # fmt: skip


def user_id(user_no: pl.Expr) -> pl.Expr:
    """The platform's id of a user number."""
    return 240_007 + user_no * 3


def _plain(name: str) -> str:
    letters = normalize("NFKD", name.lower().translate(_NO_ACCENT))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def make_people(numbers: range, calendar: Calendar, chance: Chance) -> pl.DataFrame:
    """These user numbers, one row each, with the traits that drive what they do.

    Columns: those of the data set users, and user_no (UInt64), is_platform, is_facilitator, drive and ability
    (mean 0, standard deviation 1), created_date in seconds.
    """
    frame = pl.DataFrame({"user_no": pl.int_range(numbers.start, numbers.stop, dtype=pl.UInt64, eager=True)})
    number = pl.col("user_no").cast(pl.Int64)
    frame = frame.with_columns(
        is_platform=number < PLATFORM_STAFF,
        is_facilitator=number.is_between(PLATFORM_STAFF, FIRST_LEARNER - 1),
        given=chance.index("user_no", "given name", len(_GIVEN)),
        family=chance.index("user_no", "family name", len(_FAMILY)),
        drive=chance.bell("user_no", "drive"),
        ability=chance.bell("user_no", "ability"),
    )
    # Two of three were there before the academy opened; the others join as it goes.
    share = chance.uniform("user_no", "joined")
    joined = calendar.start - 900 * DAY * (1 - share / 0.66)
    joins = calendar.start + (calendar.end - 22 * DAY - calendar.start) * ((share - 0.66) / 0.34)
    created = chance.working_time(pl.when(share < 0.66).then(joined).otherwise(joins), "user_no", "joined")
    mail_name = pl.concat_str(
        pick(pl.col("given"), [_plain(name) for name in _GIVEN]),
        pl.lit("."),
        pick(pl.col("family"), [_plain(name) for name in _FAMILY]),
        (number % 997).cast(pl.String),
    )
    domain_draw = chance.uniform("user_no", "email domain")
    domain = (
        pl.when(domain_draw < 0.006)
        .then(pl.lit("@notnovoed.com"))
        .when(domain_draw < 0.05)
        .then(pl.lit("@contractors.meridian.example"))
        .otherwise(pl.lit("@meridian.example"))
    )
    staff_email = pick(number.clip(0, PLATFORM_STAFF - 1), _STAFF_EMAILS)
    return frame.with_columns(
        user_id=user_id(number),
        institution_id=pl.lit(INSTITUTION),
        first_name=pick(pl.col("given"), _GIVEN),
        last_name=pick(pl.col("family"), _FAMILY),
        email_address=pl.when("is_platform")
        .then(staff_email)
        .when(domain_draw < 0.995)
        .then(pl.concat_str(mail_name, domain)),
        external_id=pl.when(chance.uniform("user_no", "external id") < 0.93).then(
            pl.concat_str(pl.lit("E"), (100_000 + number).cast(pl.String))
        ),
        bio=_bio(chance),
        headline=pl.when(chance.uniform("user_no", "headline") < 0.8).then(
            pl.concat_str(
                chance.choice("user_no", "job", TEXTS["jobs"]),
                pl.lit(", "),
                chance.choice("user_no", "site", TEXTS["sites"]),
            )
        ),
        created_date=pl.when(number < FIRST_LEARNER)
        .then(calendar.start - 400 * DAY + number * 9_000)
        .otherwise(created),
        record_deleted=(chance.uniform("user_no", "deleted user") < 0.012) & (number >= FIRST_LEARNER),
    ).drop("given", "family")


def _bio(chance: Chance) -> pl.Expr:
    """What three in five say of themselves, most of them in two sentences, some on two lines."""
    experience = chance.choice("user_no", "experience", TEXTS["experience"])
    interest = chance.choice("user_no", "interest", TEXTS["interests"])
    length = chance.uniform("user_no", "length of bio")
    return (
        pl.when(length < 0.15)
        .then(experience)
        .when(length < 0.45)
        .then(pl.concat_str(experience, pl.lit(" "), interest))
        .when(length < 0.6)
        .then(pl.concat_str(experience, pl.lit("\n"), interest))
    )


def make_org_roles(people: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """The rows of user_org_roles: every facilitator, and a few learners who manage a course."""
    draw = chance.uniform("user_no", "org role")
    role = (
        pl.when(pl.col("is_platform"))
        .then(pl.lit("org_admin"))
        .when(pl.col("is_facilitator"))
        .then(chance.choice("user_no", "which role", (
            "org_admin", "org_mentor", "course_manager", "org_mentor,course_manager", "org_admin, org_mentor",
            "org_mentor",
        )))
        .when(draw < 0.004)
        .then(pl.lit("course_manager"))
    )  # fmt: skip
    return people.with_columns(org_admin_role=role, updated_date=pl.col("created_date") + 30 * DAY).filter(
        pl.col("org_admin_role").is_not_null()
    )
