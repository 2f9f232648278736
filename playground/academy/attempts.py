"""What learners of the sample academy do: attempts at activities, and the answers in them."""

from __future__ import annotations

import polars as pl

from playground.academy.chance import DAY, Chance, likelihood
from playground.academy.enrollments import KEY
from playground.academy.people import INSTITUTION

RESPONSE_COLUMNS = [
    *("user_id", "institution_id", "course_id", "activity_id", "activity_type", "outcome_id", "question_id"),
    *("response_option_id", "response_text", "is_correct", "points_received", "updated_date", "record_deleted"),
]
"""Columns of question_set_responses: one row per learner, attempt, question and chosen option. These are ours."""

_GRADED = ["Quiz", "Timed Exam"]
FEEDBACK = ["Private Feedback", "Public Feedback"]
POSTS = ["Course-Wide Discussion", "Team Discussion"]
WATCHED = ["Video", "Audio", "Live Video Event"]
_LABOR = ["Assignment", "Video Practice", "Timed Exam", *FEEDBACK]


def is_a(*types: str) -> pl.Expr:
    """Whether an activity is of one of the types."""
    return pl.col("activity_type").is_in(types)


_IS_EAGER = pl.col("is_finisher") & pl.col("is_todo")
"""Whether it is required of somebody who means to finish."""


def make_attempts(visits: pl.DataFrame, activities: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """One row per attempt, with the columns of user_activities but points and achieved of quizzes and exams.

    Drives beside them: attempt_no (UInt64 key), act_key, at (seconds), turn (0 = first attempt).
    """
    done = _activities_done(visits, activities, chance)
    attempts = (
        done.with_columns(turn=pl.int_ranges(0, _attempt_count(chance).cast(pl.Int64).clip(1, 6)))
        .explode("turn")
        .with_columns(attempt_no=pl.col("done_no") * 8 + pl.col("turn").cast(pl.UInt64))
    )
    attempts = attempts.with_columns(at=_attempt_time(chance)).filter(
        (pl.col("at") <= pl.col("cut_at"))
        & ~(pl.col("hard_deadline").fill_null(False) & (pl.col("at") > pl.col("deadline")))
    )
    return attempts.with_columns(
        **_attempt_results(chance),
        institution_id=pl.lit(INSTITUTION),
        # Where there is only ever one outcome, the platform prints no id for it.
        outcome_id=pl.when(~is_a("Profile Completion", "Third Party Tool", "Live Video Event")).then(
            (70_000_000 + pl.col("attempt_no").cast(pl.Int64)).cast(pl.String)
        ),
        last_active_date=pl.col("at"),
        updated_date=pl.col("at") + 120 + chance.index("attempt_no", "update lag", 6 * 3_600),
        # Hardly anybody deletes what counted: completions would no longer agree with what is left.
        record_deleted=~_IS_EAGER & (chance.uniform("attempt_no", "deleted attempt") < 0.025),
    )


def _activities_done(visits: pl.DataFrame, activities: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """One row per activity that somebody works on, on a page that they opened."""
    held = activities.filter(pl.col("activity_type") != "Submission Carousel").select(
        "course_no", "page_no", "act_no", "act_key", "place", "activity_id", "activity_type", "is_todo", "deadline",
        "hard_deadline", "target", "full_points", "question_count",
    )  # fmt: skip
    met = (
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
        .when(_IS_EAGER)
        .then(0.998)
        .when("is_todo")
        .then(0.9)
        .otherwise(likelihood(0.5 * pl.col("drive") - 0.7))
    )
    return met.filter(chance.uniform("done_no", "does it") < wanted)


def _attempt_count(chance: Chance) -> pl.Expr:
    """How many attempts somebody makes at an activity that they do."""
    many = chance.uniform("done_no", "how many")
    return (
        pl.when(is_a(*FEEDBACK))
        .then(
            pl.when(_IS_EAGER & (many < 0.995))
            .then(pl.col("target") + (many * 1.3).floor())
            .otherwise((many * (pl.col("target") + 1)).floor() + 1)
        )
        .when(is_a(*POSTS))
        .then(1 + (many**2 * 3).floor())
        .when(is_a("Quiz"))
        .then(1 + (many > likelihood(pl.col("ability") + 1.1)) + (many > 0.93))
        .when(is_a("Assignment", "Timed Exam"))
        .then(1 + (many > 0.9))
        .otherwise(1)
    )


def _attempt_time(chance: Chance) -> pl.Expr:
    """When, in seconds: work takes some evenings after the page was opened; a further attempt hours or days more."""
    effort = pl.when(is_a(*_LABOR)).then(chance.waiting("done_no", "effort").clip(0, 5) * 0.7 * DAY).otherwise(0)
    effort = effort * pl.when("is_cohort").then(1.0).otherwise(0.4)
    pause = pl.when(is_a(*POSTS)).then(1.6 * DAY).otherwise(0.5 * DAY)
    later = effort + pl.col("turn") * pause * chance.uniform("attempt_no", "pause")
    at_once = pl.col("first_at") + 200 + 60 * pl.col("place") + 300 * pl.col("turn")
    return (
        pl.when(later > DAY / 4)
        .then(pl.max_horizontal(chance.working_time(at_once + later, "attempt_no", "works"), at_once))
        .otherwise(at_once + later.cast(pl.Int64))
    )


def _attempt_results(chance: Chance) -> dict[str, pl.Expr]:
    """submitted, points_received and achieved, but of quizzes and exams."""
    share = chance.uniform("attempt_no", "how much")
    is_full = pl.when(_IS_EAGER).then(share < 0.998).otherwise(share < 0.72)
    seen = pl.when(is_full).then(1.0).otherwise(0.03 + 0.95 * chance.uniform("attempt_no", "seen"))
    is_sent = (
        pl.when(is_a(*WATCHED))
        .then(is_full & (chance.uniform("attempt_no", "marked watched") < 0.93))
        .when(_IS_EAGER & (pl.col("turn") == 0))
        .then(True)
        .otherwise(share < 0.93)
    )
    quality = 0.6 + 0.4 * chance.uniform("attempt_no", "quality")
    return {
        "submitted": is_sent.cast(pl.Int64),
        "points_received": pl.when(is_a(*_GRADED) | ~is_sent)
        .then(None)
        .when(is_a("Assignment", "Video Practice"))
        .then((pl.col("full_points") * quality).round().cast(pl.Int64))
        .otherwise(pl.col("full_points")),
        "achieved": pl.when(is_a(*WATCHED))
        .then((pl.col("target") * seen).floor().cast(pl.Int64).cast(pl.String))
        .when(is_a("Third Party Tool") & is_sent)
        .then((100 * quality).round().cast(pl.Int64).cast(pl.String)),
    }


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
