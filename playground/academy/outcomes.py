"""What learners of the sample academy do: attempts, the answers in them, and the completions that follow."""

from __future__ import annotations

import polars as pl

from playground.academy.chance import DAY, Chance, likelihood
from playground.academy.clock import END
from playground.academy.enrollments import KEY
from playground.academy.people import INSTITUTION

RESPONSE_COLUMNS = [
    *("user_id", "institution_id", "course_id", "activity_id", "activity_type", "outcome_id", "question_id"),
    *("response_option_id", "response_text", "is_correct", "points_received", "updated_date", "record_deleted"),
]
"""Columns of question_set_responses: one row per learner, attempt, question and chosen option. These are ours."""

_GRADED = ["Quiz", "Timed Exam"]
_FEEDBACK = ["Private Feedback", "Public Feedback"]
_POSTS = ["Course-Wide Discussion", "Team Discussion"]
_WATCHED = ["Video", "Audio", "Live Video Event"]
_LABOR = ["Assignment", "Video Practice", "Timed Exam", *_FEEDBACK]


def _is(*types: str) -> pl.Expr:
    return pl.col("activity_type").is_in(types)


def make_attempts(visits: pl.DataFrame, activities: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """One row per attempt, with the columns of user_activities but points and achieved of quizzes and exams.

    Drives beside them: attempt_no (UInt64 key), act_key, at (seconds), turn (0 = first attempt).
    """
    held = activities.filter(pl.col("activity_type") != "Submission Carousel").select(
        "course_no", "page_no", "act_no", "act_key", "place", "activity_id", "activity_type", "is_todo", "deadline",
        "hard_deadline", "target", "full_points", "question_count",
    )  # fmt: skip
    done = (
        visits.select(
            KEY, "user_id", "course_no", "course_id", "page_no", "first_at", "cut_at", "stop", "drive", "ability",
            "is_facilitator", "is_cohort",
        )
        .join(held, on=["course_no", "page_no"], how="inner", maintain_order="left_right")
        .with_columns(done_no=pl.col(KEY) * 256 + pl.col("act_no").cast(pl.UInt64), is_finisher=pl.col("stop") > 1)
    )  # fmt: skip
    wanted = (
        pl.when("is_facilitator")
        .then(0.03)
        .when(pl.col("is_todo") & pl.col("is_finisher"))
        .then(0.998)
        .when("is_todo")
        .then(0.9)
        .otherwise(likelihood(0.5 * pl.col("drive") - 0.7))
    )
    done = done.filter(chance.uniform("done_no", "does it") < wanted)

    many = chance.uniform("done_no", "how many")
    eager = pl.col("is_finisher") & pl.col("is_todo")
    count = (
        pl.when(_is(*_FEEDBACK))
        .then(
            pl.when(eager & (many < 0.995))
            .then(pl.col("target") + (many * 1.3).floor())
            .otherwise((many * (pl.col("target") + 1)).floor() + 1)
        )
        .when(_is(*_POSTS))
        .then(1 + (many**2 * 3).floor())
        .when(_is("Quiz"))
        .then(1 + (many > likelihood(pl.col("ability") + 1.1)) + (many > 0.93))
        .when(_is("Assignment", "Timed Exam"))
        .then(1 + (many > 0.9))
        .otherwise(1)
    )
    attempts = (
        done.with_columns(turn=pl.int_ranges(0, count.cast(pl.Int64).clip(1, 6)))
        .explode("turn")
        .with_columns(attempt_no=pl.col("done_no") * 8 + pl.col("turn").cast(pl.UInt64))
    )
    # Work takes some evenings after the page was opened; a further attempt comes hours or days later.
    effort = pl.when(_is(*_LABOR)).then(chance.waiting("done_no", "effort").clip(0, 5) * 0.7 * DAY).otherwise(0)
    effort = effort * pl.when("is_cohort").then(1.0).otherwise(0.4)
    pause = pl.when(_is(*_POSTS)).then(1.6 * DAY).otherwise(0.5 * DAY)
    later = effort + pl.col("turn") * pause * chance.uniform("attempt_no", "pause")
    at_once = pl.col("first_at") + 200 + 60 * pl.col("place") + 300 * pl.col("turn")
    at = (
        pl.when(later > DAY / 4)
        .then(pl.max_horizontal(chance.working_time(at_once + later, "attempt_no", "works"), at_once))
        .otherwise(at_once + later.cast(pl.Int64))
    )
    attempts = attempts.with_columns(at=at).filter(
        (pl.col("at") <= pl.col("cut_at"))
        & ~(pl.col("hard_deadline").fill_null(False) & (pl.col("at") > pl.col("deadline")))
    )

    share = chance.uniform("attempt_no", "how much")
    is_full = pl.when(eager).then(share < 0.998).otherwise(share < 0.72)
    seen = pl.when(is_full).then(1.0).otherwise(0.03 + 0.95 * chance.uniform("attempt_no", "seen"))
    is_sent = (
        pl.when(_is(*_WATCHED))
        .then(is_full & (chance.uniform("attempt_no", "marked watched") < 0.93))
        .when(eager & (pl.col("turn") == 0))
        .then(True)
        .otherwise(share < 0.93)
    )
    quality = 0.6 + 0.4 * chance.uniform("attempt_no", "quality")
    return attempts.with_columns(
        submitted=is_sent.cast(pl.Int64),
        points_received=pl.when(_is(*_GRADED) | ~is_sent)
        .then(None)
        .when(_is("Assignment", "Video Practice"))
        .then((pl.col("full_points") * quality).round().cast(pl.Int64))
        .otherwise(pl.col("full_points")),
        achieved=pl.when(_is(*_WATCHED))
        .then((pl.col("target") * seen).floor().cast(pl.Int64).cast(pl.String))
        .when(_is("Third Party Tool") & is_sent)
        .then((100 * quality).round().cast(pl.Int64).cast(pl.String)),
        institution_id=pl.lit(INSTITUTION),
        # Where there is only ever one outcome, the platform prints no id for it.
        outcome_id=pl.when(~_is("Profile Completion", "Third Party Tool", "Live Video Event")).then(
            (70_000_000 + pl.col("attempt_no").cast(pl.Int64)).cast(pl.String)
        ),
        last_active_date=pl.col("at"),
        updated_date=pl.min_horizontal(
            pl.col("at") + 120 + chance.index("attempt_no", "update lag", 6 * 3_600), pl.lit(END + DAY // 2)
        ),
        # Hardly anybody deletes what counted: completions would no longer agree with what is left.
        record_deleted=~eager & (chance.uniform("attempt_no", "deleted attempt") < 0.025),
    )


def make_responses(
    attempts: pl.DataFrame, questions: pl.DataFrame, answers: pl.DataFrame, chance: Chance
) -> pl.DataFrame:
    """The rows of question_set_responses for every submitted attempt at a quiz, exam, survey or poll.

    A right answer gets likelier with ability above the item's difficulty (a two-parameter logistic model) and with
    each further attempt.
    """
    asked = (
        attempts.filter((pl.col("question_count") > 0) & (pl.col("submitted") == 1))
        .select(
            "attempt_no", "act_key", "user_id", "institution_id", "course_id", "activity_id", "activity_type", "turn",
            "outcome_id", "updated_date", "record_deleted", "ability", "drive",
        )
        .join(questions, on="act_key", how="inner", maintain_order="left_right")
        .with_columns(response_no=pl.col("attempt_no") * 16 + pl.col("item").cast(pl.UInt64))
    )  # fmt: skip
    odds = pl.col("slope") * (pl.col("ability") + 0.8 * pl.col("turn") - pl.col("difficulty"))
    is_right = chance.uniform("response_no", "answers right") < likelihood(odds)
    slip = chance.uniform("response_no", "answers wrong")
    wrong = (slip**1.6 * pl.col("wrong_count")).floor().cast(pl.Int64)
    answer = pl.when(~pl.col("is_graded")).then(wrong).when(is_right).then(0).otherwise(1 + wrong)
    return asked.with_columns(answer_no=answer).join(
        answers, on=["question_id", "answer_no"], how="inner", maintain_order="left_right"
    )


def grade(attempts: pl.DataFrame, responses: pl.DataFrame) -> pl.DataFrame:
    """The attempts with achieved (share of right answers) and points of quizzes and exams, as their responses say."""
    earned = responses.filter(pl.col("is_graded")).group_by("attempt_no").agg(earned=pl.col("points_received").sum())
    share = pl.col("earned") / pl.col("question_count")
    return attempts.join(earned, on="attempt_no", how="left", maintain_order="left").with_columns(
        achieved=pl.when(pl.col("earned").is_not_null()).then(share.round(4).cast(pl.String)).otherwise("achieved"),
        points_received=pl.when(pl.col("earned").is_not_null())
        .then((share * pl.col("full_points")).round().cast(pl.Int64))
        .otherwise("points_received"),
    )


def complete(
    enrollments: pl.DataFrame,
    visits: pl.DataFrame,
    attempts: pl.DataFrame,
    activities: pl.DataFrame,
    courses: pl.DataFrame,
    chance: Chance,
) -> pl.DataFrame:
    """The enrollments with their completion, last and first activity: the rows of the data set.

    Where completions are automated they follow from the requirements within minutes, save a few that a teaching team
    gave or that were lost; elsewhere the teaching team gives them some days later.
    """
    required = activities.filter(pl.col("is_todo") & (pl.col("activity_type") != "Submission Carousel"))
    to_do = required.group_by("course_no").agg(required_count=pl.len())
    sent = pl.col("submitted") == 1
    per_activity = attempts.group_by(KEY, "act_key", "activity_type", "is_todo").agg(
        sent_count=sent.sum(),
        sent_at=pl.col("at").filter(sent).max(),
        first_sent_at=pl.col("at").filter(sent).min(),
        seen=pl.when(_is(*_WATCHED)).then(pl.col("achieved").cast(pl.Float64, strict=False) / pl.col("target")).max(),
        seen_at=pl.col("at").max(),
        target=pl.col("target").max(),
        best=pl.col("points_received").max(),
        total=pl.col("points_received").sum(),
    )
    needed = pl.when(_is(*_FEEDBACK)).then(pl.col("target")).otherwise(1)
    is_seen = _is(*_WATCHED) & (pl.col("seen") >= 1)
    is_met = (pl.col("sent_count") >= needed) | is_seen
    met_at = (
        pl.when(_is(*_FEEDBACK))
        .then("sent_at")
        .when(pl.col("sent_count") > 0)
        .then("first_sent_at")
        .otherwise("seen_at")
    )
    points = pl.when(_is(*_FEEDBACK, *_POSTS)).then("total").otherwise(pl.col("best").fill_null(0))
    progress = per_activity.group_by(KEY).agg(
        met_count=(is_met & pl.col("is_todo")).sum(),
        met_at=met_at.filter(is_met & pl.col("is_todo")).max(),
        points=points.sum(),
        assignments=(_is("Assignment") & (pl.col("sent_count") > 0)).sum(),
        worked_at=pl.col("seen_at").max(),
    )
    seen = visits.group_by(KEY).agg(seen_first=pl.col("first_at").min(), seen_last=pl.col("last_at").max())
    rules = courses.select(
        "course_no", "automated_completions_enabled", "num_of_points_required", "num_assignments_required"
    )
    known = (
        enrollments.join(seen, on=KEY, how="left", maintain_order="left")
        .join(progress, on=KEY, how="left", maintain_order="left")
        .join(to_do, on="course_no", how="left", maintain_order="left")
        .join(rules, on="course_no", how="left", maintain_order="left")
        .with_columns(pl.col("met_count", "points", "assignments", "required_count").fill_null(0))
    )
    may = (
        (pl.col("enrollment_status") == "Enrolled") & ~pl.col("has_admin_permission") & ~pl.col("has_mentor_permission")
    )
    is_free = pl.col("required_count") == 0
    is_done = (
        (pl.col("met_count") >= pl.col("required_count"))
        & (pl.col("points") >= pl.col("num_of_points_required").fill_null(0))
        & (pl.col("assignments") >= pl.col("num_assignments_required").fill_null(0))
    )
    done_at = pl.when(is_free).then("seen_last").otherwise("met_at")
    draw = chance.uniform(KEY, "completion")
    by_rule = pl.when(is_free).then((pl.col("stop") > 1) & (draw < 0.9)).otherwise(is_done & (draw < 0.985))
    by_hand = ~is_done & (pl.col("met_count") >= 0.7 * pl.col("required_count")) & ~is_free & (draw < 0.06)
    a_while = (chance.uniform(KEY, "given when") * 4 * DAY).cast(pl.Int64) + 3_600
    given_at = pl.max_horizontal(chance.working_time(done_at + a_while, KEY, "given"), done_at + 1_800)
    by_machine = pl.col("automated_completions_enabled") & by_rule
    completed_at = (
        pl.when(by_machine).then(done_at + chance.index(KEY, "minutes", 280) + 5).when(by_rule | by_hand).then(given_at)
    )
    known = known.with_columns(completed_date=pl.when(may & (completed_at <= END)).then(completed_at))
    home_at = pl.col("seen_first") - 20 - chance.index(KEY, "home", 60)
    looks_in = (chance.uniform(KEY, "looks in") < 0.12) & (pl.col("cut_at") > pl.col("opens") + 9 * DAY)
    only_home = pl.max_horizontal("opens", "enrollment_date") + DAY + chance.index(KEY, "home only", 5 * DAY)
    only_home = pl.when(looks_in & (only_home <= pl.col("cut_at"))).then(only_home)
    known = known.with_columns(
        first_visit_course_home_date=pl.when(chance.uniform(KEY, "home unknown") > 0.02).then(
            pl.coalesce(home_at, only_home)
        )
    ).with_columns(
        completion_status=pl.when(pl.col("completed_date").is_not_null())
        .then(pl.lit("Completed"))
        .otherwise(pl.lit("Not Completed")),
        unenrollment_date="out_at",
        last_active_date=pl.max_horizontal("seen_last", "worked_at", "first_visit_course_home_date"),
    )
    touched = pl.max_horizontal("enrollment_date", "last_active_date", "completed_date", "out_at")
    return known.with_columns(
        record_updated_date=pl.min_horizontal(
            touched + 30 + chance.index(KEY, "enrollment lag", 3_600), pl.lit(END + DAY // 2)
        )
    )
