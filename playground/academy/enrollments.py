"""Who takes which course of the sample academy, how far they mean to go, and when they open its pages."""

from __future__ import annotations

import polars as pl

from playground.academy.chance import DAY, Chance, likelihood
from playground.academy.people import INSTITUTION, PLATFORM_STAFF, user_id

KEY = "enrollment_no"
"""UInt64: 64 * user_no + course_no."""


def make_enrollments(people: pl.DataFrame, courses: pl.DataFrame, end: int, chance: Chance) -> pl.DataFrame:
    """One row per person and course taken, with what will drive the rest.

    Beside the identifying columns of the data set enrollments: stop (share of the pages after which the person stops;
    above 1 for who finishes, below 0 for who never starts), cut_at (nothing happens later), out_at (withdrawn or
    removed then, else NULL), due_at (NULL where nothing is), begins_at and length_days (self-paced), delay_days
    (scheduled), in seconds and days.
    """
    taken = _courses_taken(people, courses, chance).with_columns(enrollment_date=_enrollment_time(chance))
    taken = taken.filter(pl.col("enrollment_date") <= end)
    taken = _with_intention(taken, chance)
    return _with_role(_with_course_of_events(taken, end, chance), chance)


def _courses_taken(people: pl.DataFrame, courses: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """People and the courses that they take; staff are asked into a fifth of them."""
    traits = people.select("user_no", "user_id", "created_date", "drive", "ability", "is_platform", "is_facilitator")
    course_columns = (
        "course_no", "course_id", "opens", "end_date", "closed_date", "self_paced_access_limit", "is_sandbox",
        "is_cohort", "is_compliance", "reach", "finish", "never", "pace_days",
    )  # fmt: skip
    candidates = traits.join(courses.select(course_columns), how="cross")
    candidates = candidates.with_columns(
        (pl.col("user_no") * 64 + pl.col("course_no").cast(pl.UInt64)).alias(KEY),
        is_staff=pl.col("is_platform") | pl.col("is_facilitator"),
    )
    # People who came long after a campaign seldom take it.
    wanted = (
        pl.when(pl.col("is_staff"))
        .then(0.16)
        .when((pl.col("created_date") > pl.col("opens") - 5 * DAY) & pl.col("is_cohort"))
        .then(0.0)
        .otherwise(pl.col("reach"))
    )
    return candidates.filter(chance.uniform(KEY, "takes the course") < wanted)


def _enrollment_time(chance: Chance) -> pl.Expr:
    """When somebody enrolls, in seconds: around the start of scheduled weeks, else some time after the release."""
    early = chance.uniform(KEY, "enrolls")
    wait_days = pl.when(pl.col("is_compliance")).then(early**3 * 150).otherwise(early * 640)
    free_from = pl.max_horizontal("opens", pl.col("created_date") + DAY // 4)
    enrolled = (
        pl.when(pl.col("is_cohort"))
        .then(pl.col("opens") - (early - 0.08) * 26 * DAY)
        .otherwise(free_from + wait_days * DAY)
    )
    earliest = pl.when(pl.col("is_cohort")).then(pl.col("created_date") + 3_600).otherwise(free_from + 600)
    return pl.max_horizontal(chance.working_time(enrolled, KEY, "enrolls"), earliest)


def _with_intention(taken: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """How far everybody means to go: will and stop."""
    will = likelihood(1.75 * (0.55 * pl.col("drive") + 0.83 * chance.bell(KEY, "interest")))
    middle = 1 - pl.col("finish") - pl.col("never")
    return taken.with_columns(will=will).with_columns(
        stop=pl.when(pl.col("is_facilitator"))
        .then(0.7)
        .when(pl.col("will") > 1 - pl.col("finish"))
        .then(2.0)
        .otherwise(((pl.col("will") - pl.col("never")) / middle.clip(0.05)).clip(-1, 0.999))
    )


def _with_course_of_events(taken: pl.DataFrame, end: int, chance: Chance) -> pl.DataFrame:
    """Who leaves and when, what status that makes, when access ends, and at what pace people work."""
    is_learner = ~pl.col("is_staff")
    draw = chance.uniform(KEY, "leaves")
    leaves = is_learner & (pl.col("stop") < 1) & (draw < 0.18)
    out_at = pl.col("enrollment_date") + 3 * DAY + (chance.uniform(KEY, "leaves when") ** 2 * 45 * DAY).cast(pl.Int64)
    out_at = chance.working_time(out_at, KEY, "leaves")
    access_days = pl.col("self_paced_access_limit")
    is_extended = chance.uniform(KEY, "access extended") < 0.6
    access_ends = pl.col("enrollment_date") + DAY * (access_days + pl.when(is_extended).then(45).otherwise(0))
    return taken.with_columns(out_at=pl.when(leaves & (out_at <= end)).then(out_at)).with_columns(
        enrollment_status=pl.when(pl.col("out_at").is_not_null() & (draw < 0.155))
        .then(pl.lit("Withdrawn"))
        .when(pl.col("out_at").is_not_null())
        .then(pl.lit("Removed by Teaching Team"))
        .when(is_learner & (chance.uniform(KEY, "audits") < 0.02))
        .then(pl.lit("Auditing"))
        .otherwise(pl.lit("Enrolled")),
        due_at=pl.when("is_cohort").then("end_date").otherwise(pl.col("enrollment_date") + DAY * access_days),
        cut_at=pl.min_horizontal("out_at", "closed_date", access_ends, pl.lit(end)),
        begins_at=pl.col("enrollment_date") + (chance.waiting(KEY, "begins") * 6 * DAY).cast(pl.Int64),
        length_days=pl.col("pace_days") * (0.6 * chance.bell(KEY, "pace")).clip(-2, 2).exp(),
        delay_days=1.6 * (0.55 * chance.bell(KEY, "delay") - 0.15 * pl.col("drive")).clip(-2, 1.6).exp(),
    )


def _with_role(taken: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """Identifying columns, and what everybody may do in the course."""
    role = chance.uniform(KEY, "role")
    is_admin = pl.col("is_staff") & (role < 0.4)
    is_mentor = pl.col("is_facilitator") & (role >= 0.4)
    return taken.with_columns(
        enrollment_id=5_000_000 + pl.col(KEY).cast(pl.Int64),
        institution_id=pl.lit(INSTITUTION),
        has_admin_permission=is_admin,
        has_mentor_permission=is_mentor,
        user_role_name=pl.when(is_admin)
        .then(pl.lit("Course Admin"))
        .when(is_mentor)
        .then(pl.lit("Mentor"))
        .otherwise(pl.lit("Learner")),
        course_role_id=pl.when(is_admin).then(11).when(is_mentor).then(12).otherwise(13) + pl.col("course_no") * 20,
        registered_by_user_id=pl.when((chance.uniform(KEY, "registered by") < 0.3) & ~pl.col("is_staff")).then(
            user_id(pl.lit(PLATFORM_STAFF + 1))
        ),
        record_deleted=chance.uniform(KEY, "deleted enrollment") < 0.012,
    )


def make_visits(enrollments: pl.DataFrame, pages: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """One row per enrollment and lecture page opened: first_at and last_at in seconds, in the order of the pages.

    Pages open in order, at least 12 minutes apart, never before the release or the enrollment.
    """
    page = pages.select("course_no", "page_no", "page_count", "lecture_page_id", released="release_date")
    drives = (KEY, "user_id", "course_no", "course_id", "stop", "cut_at", "begins_at", "length_days", "delay_days",
              "enrollment_date", "is_cohort", "drive", "ability", "is_facilitator")  # fmt: skip
    far = (pl.col("page_no") + 0.5) / pl.col("page_count")
    visits = (
        enrollments.select(drives)
        .join(page, on="course_no", how="left", maintain_order="left_right")
        .filter(far <= pl.col("stop"))
        .with_columns(visit_no=pl.col(KEY) * 64 + pl.col("page_no").cast(pl.UInt64))
    )
    scheduled = pl.max_horizontal("released", "enrollment_date") + DAY * (
        pl.col("delay_days") * chance.waiting("visit_no", "page delay")
    )
    own_pace = pl.col("begins_at") + DAY * pl.col("length_days") * far
    planned = pl.when(pl.col("is_cohort")).then(scheduled).otherwise(own_pace)
    arrival = pl.max_horizontal(
        chance.working_time(planned, "visit_no", "opens page"), pl.col("released") + 300, pl.col("enrollment_date") + 90
    )
    step = pl.col("page_no") * 720
    visits = (
        visits.with_columns(apart=arrival - step)
        .with_columns(first_at=pl.col("apart").cum_max().over(KEY) + step + chance.index("visit_no", "seconds", 600))
        .filter(pl.col("first_at") <= pl.col("cut_at"))
    )
    again = pl.col("first_at") + (chance.uniform("visit_no", "comes back when") ** 4 * 18 * DAY).cast(pl.Int64) + 900
    comes_back = (chance.uniform("visit_no", "comes back") < 0.5) & (again <= pl.col("cut_at"))
    return visits.with_columns(last_at=pl.when(comes_back).then(again).otherwise(pl.col("first_at"))).drop("apart")


def view_rows(visits: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """The rows of lecture_page_views: a First and a Last per visit, of which one in a hundred is missing."""
    draw = chance.uniform("visit_no", "missing view")
    both = visits.with_columns(
        visit_type=pl.when(draw < 0.005)
        .then(pl.lit(["First"]))
        .when(draw < 0.01)
        .then(pl.lit(["Last"]))
        .otherwise(pl.lit(["First", "Last"]))
    ).explode("visit_type")
    seen = pl.when(pl.col("visit_type") == "First").then("first_at").otherwise("last_at")
    return both.with_columns(
        last_active_date=seen,
        institution_id=pl.lit(INSTITUTION),
        updated_date=seen + 60 + chance.index("visit_no", "view lag", 12 * 3_600),
    )
