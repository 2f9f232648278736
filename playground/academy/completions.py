"""The completions of the sample academy, which follow from what learners did."""

from __future__ import annotations

import polars as pl

from playground.academy.attempts import FEEDBACK, POSTS, WATCHED, is_a
from playground.academy.chance import DAY, Chance
from playground.academy.enrollments import KEY


def complete(
    enrollments: pl.DataFrame,
    visits: pl.DataFrame,
    attempts: pl.DataFrame,
    activities: pl.DataFrame,
    courses: pl.DataFrame,
    end: int,
    chance: Chance,
) -> pl.DataFrame:
    """The enrollments with their completion, last and first activity: the rows of the data set.

    Where completions are automated they follow from the requirements within minutes, save a few that a teaching team
    gave or that were lost; elsewhere the teaching team gives them some days later. Who has not completed leaves the
    course three to nine months after it was due.
    """
    required = activities.filter(pl.col("is_todo") & (pl.col("activity_type") != "Submission Carousel"))
    to_do = required.group_by("course_no").agg(
        required_count=pl.len(), dated_count=pl.col("deadline").is_not_null().sum()
    )
    seen = visits.group_by(KEY).agg(seen_first=pl.col("first_at").min(), seen_last=pl.col("last_at").max())
    rules = courses.select(
        "course_no", "automated_completions_enabled", "num_of_points_required", "num_assignments_required"
    )
    known = (
        enrollments.join(seen, on=KEY, how="left", maintain_order="left")
        .join(_progress(attempts), on=KEY, how="left", maintain_order="left")
        .join(to_do, on="course_no", how="left", maintain_order="left")
        .join(rules, on="course_no", how="left", maintain_order="left")
        .with_columns(
            pl.col("met_count", "met_dated_count", "points", "assignments", "required_count", "dated_count").fill_null(
                0
            )
        )
    )
    may = (
        (pl.col("enrollment_status") == "Enrolled") & ~pl.col("has_admin_permission") & ~pl.col("has_mentor_permission")
    )
    completed_at = _completed_at(chance)
    known = (
        known.with_columns(completed_date=pl.when(may & (completed_at <= end)).then(completed_at))
        .with_columns(_taken_off(may & pl.col("completed_date").is_null(), end, chance))
        .with_columns(first_visit_course_home_date=_first_at_home(chance))
        .with_columns(
            completion_status=pl.when(pl.col("completed_date").is_not_null())
            .then(pl.lit("Completed"))
            .otherwise(pl.lit("Not Completed")),
            unenrollment_date="out_at",
            last_active_date=pl.max_horizontal("seen_last", "worked_at", "first_visit_course_home_date"),
        )
    )
    touched = pl.max_horizontal("enrollment_date", "last_active_date", "completed_date", "out_at")
    return known.with_columns(record_updated_date=touched + 30 + chance.index(KEY, "enrollment lag", 3_600))


def _taken_off(is_open: pl.Expr, end: int, chance: Chance) -> list[pl.Expr]:
    """Status and time of leaving, with those whom nobody expects any more taken off the course."""
    a_while = 90 * DAY + (chance.uniform(KEY, "taken off when") * 180 * DAY).cast(pl.Int64)
    off_at = chance.working_time(pl.max_horizontal("due_at", "enrollment_date") + a_while, KEY, "taken off")
    is_off = is_open & pl.col("due_at").is_not_null() & (off_at <= end)
    status = pl.when(chance.uniform(KEY, "taken off how") < 0.3).then(pl.lit("Withdrawn"))
    return [
        pl.when(is_off)
        .then(status.otherwise(pl.lit("Removed by Teaching Team")))
        .otherwise("enrollment_status")
        .alias("enrollment_status"),
        pl.when(is_off).then(off_at).otherwise("out_at").alias("out_at"),
    ]


def _progress(attempts: pl.DataFrame) -> pl.DataFrame:
    """Per enrollment: requirements met and since when, points, assignments, and when the person worked last."""
    sent = pl.col("submitted") == 1
    per_activity = attempts.group_by(KEY, "act_key", "activity_type", "is_todo").agg(
        is_dated=pl.col("deadline").is_not_null().any(),
        sent_count=sent.sum(),
        sent_at=pl.col("at").filter(sent).max(),
        first_sent_at=pl.col("at").filter(sent).min(),
        seen=pl.when(is_a(*WATCHED)).then(pl.col("achieved").cast(pl.Float64, strict=False) / pl.col("target")).max(),
        seen_at=pl.col("at").max(),
        target=pl.col("target").max(),
        best=pl.col("points_received").max(),
        total=pl.col("points_received").sum(),
    )
    needed = pl.when(is_a(*FEEDBACK)).then(pl.col("target")).otherwise(1)
    is_seen = is_a(*WATCHED) & (pl.col("seen") >= 1)
    is_met = (pl.col("sent_count") >= needed) | is_seen
    met_at = (
        pl.when(is_a(*FEEDBACK))
        .then("sent_at")
        .when(pl.col("sent_count") > 0)
        .then("first_sent_at")
        .otherwise("seen_at")
    )
    points = pl.when(is_a(*FEEDBACK, *POSTS)).then("total").otherwise(pl.col("best").fill_null(0))
    return per_activity.group_by(KEY).agg(
        met_count=(is_met & pl.col("is_todo")).sum(),
        met_dated_count=(is_met & pl.col("is_todo") & pl.col("is_dated")).sum(),
        met_at=met_at.filter(is_met & pl.col("is_todo")).max(),
        points=points.sum(),
        assignments=(is_a("Assignment") & (pl.col("sent_count") > 0)).sum(),
        worked_at=pl.col("seen_at").max(),
    )


def _completed_at(chance: Chance) -> pl.Expr:
    """When the completion comes, by the rule or by hand, in seconds; NULL where it does not."""
    is_free = pl.col("required_count") == 0
    is_done = (
        (pl.col("met_count") >= pl.col("required_count"))
        & (pl.col("points") >= pl.col("num_of_points_required").fill_null(0))
        & (pl.col("assignments") >= pl.col("num_assignments_required").fill_null(0))
    )
    done_at = pl.when(is_free).then("seen_last").otherwise("met_at")
    draw = chance.uniform(KEY, "completion")
    by_rule = pl.when(is_free).then((pl.col("stop") > 1) & (draw < 0.9)).otherwise(is_done & (draw < 0.985))
    # Nobody waives what had a deadline.
    is_near = (pl.col("met_count") >= 0.7 * pl.col("required_count")) & (
        pl.col("met_dated_count") == pl.col("dated_count")
    )
    by_hand = ~is_done & is_near & ~is_free & (draw < 0.06)
    a_while = (chance.uniform(KEY, "given when") * 4 * DAY).cast(pl.Int64) + 3_600
    given_at = pl.max_horizontal(chance.working_time(done_at + a_while, KEY, "given"), done_at + 1_800)
    by_machine = pl.col("automated_completions_enabled") & by_rule
    return (
        pl.when(by_machine).then(done_at + chance.index(KEY, "minutes", 280) + 5).when(by_rule | by_hand).then(given_at)
    )


def _first_at_home(chance: Chance) -> pl.Expr:
    """When the person first saw the course's home page, in seconds: before any lecture page, or just to look in."""
    home_at = pl.col("seen_first") - 20 - chance.index(KEY, "home", 60)
    looks_in = (chance.uniform(KEY, "looks in") < 0.12) & (pl.col("cut_at") > pl.col("opens") + 9 * DAY)
    only_home = pl.max_horizontal("opens", "enrollment_date") + DAY + chance.index(KEY, "home only", 5 * DAY)
    only_home = pl.when(looks_in & (only_home <= pl.col("cut_at"))).then(only_home)
    return pl.when(chance.uniform(KEY, "home unknown") > 0.02).then(pl.coalesce(home_at, only_home))
