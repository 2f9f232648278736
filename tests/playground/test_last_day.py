"""The sample is young on whichever day it ends: a term under way, few overdue, nothing that lies ahead of its time."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from test_sample import NOBODY, STAMP, files, latest, read_rows, share

from loader.catalog import DATA_SETS
from loader.errors import UsageError
from playground.academy import write_sample
from playground.academy.clock import Calendar, read_last_day, today
from playground.academy.outline import make_outline

LAST_DAYS = [
    *(date(2027, month, day) for month in range(1, 13) for day in (1, 17)),
    *(date(2027, 12, 31), date(2028, 2, 29)),
    *(date(2027, 6, 7) + timedelta(days=days) for days in range(7)),
]
"""Two days of every month, the last of a year, a leap day, and every day of a week."""
PAST = {
    "users": ["created_date", "last_active_date"],
    "courses": ["created_date"],
    "lecture_pages": ["created_date"],
    "lecture_page_views": ["last_active_date"],
    "enrollments": [
        *("enrollment_date", "unenrollment_date", "completed_date", "last_active_date"),
        "first_visit_course_home_date",
    ],
    "user_activities": ["last_active_date"],
}
"""Columns that, beside the updated timestamp, cannot speak of what is to come."""


def moment(column: str) -> pl.Expr:
    """Both spellings of the sample's timestamps as one; the date that never was is none."""
    text = pl.col(column).str.replace(r"T(\d)", " ${1}").str.replace("Z", " UTC")
    return text.replace("0000-00-00 00:00:00", None).str.to_datetime(STAMP)


def enrolled_learners(out: Path) -> pl.DataFrame:
    """Latest enrollments of status Enrolled without a role, with due_at."""
    courses = latest(read_rows(out, "courses"), "courses").select(
        "course_id", "is_sandbox", end=moment("end_date"), days=pl.col("self_paced_access_limit").cast(pl.Int64)
    )
    return (
        latest(read_rows(out, "enrollments"), "enrollments")
        .filter((pl.col("enrollment_status") == "Enrolled") & (pl.col("user_role_name") == "Learner"))
        .join(courses.filter(pl.col("is_sandbox") == "false"), on="course_id")
        .with_columns(due_at=pl.coalesce("end", moment("enrollment_date") + pl.duration(days="days")))
    )


@pytest.mark.parametrize("last_day", LAST_DAYS, ids=str)
def test_it_is_young_on_any_last_day(tmp_path: Path, last_day: date) -> None:
    out = tmp_path
    write_sample(out, learners=150, last_day=last_day)

    end = pl.lit(last_day).cast(pl.Datetime("us"))
    for data_set, known in DATA_SETS.items():
        rows = read_rows(out, data_set)
        for column in (known.updated_column, *PAST.get(data_set, [])):
            assert rows.filter(moment(column) > end).height == 0, (data_set, column)
    for data_set in ("enrollments", "user_activities"):
        newest = read_rows(out, data_set).select(moment(DATA_SETS[data_set].updated_column).max()).item()
        assert newest.date() == last_day, data_set

    courses = latest(read_rows(out, "courses"), "courses").filter(pl.col("is_sandbox") == "false")
    running = courses.filter((moment("start_date") <= end) & (moment("end_date") > end))
    assert running.height == 3
    assert courses.filter(moment("start_date") > end).height == 1
    recent = read_rows(out, "user_activities").filter(moment("last_active_date") > end - pl.duration(days=14))
    assert running.join(recent, on="course_id", how="anti").height == 0, "in every running course somebody is at work"

    enrolled = enrolled_learners(out)
    overdue = enrolled.filter((pl.col("due_at") < end) & (pl.col("completion_status") != "Completed"))
    assert 0.02 < overdue.height / enrolled.height < 0.1
    assert overdue.filter(pl.col("due_at") < end - pl.duration(days=280)).height == 0


@pytest.mark.parametrize("last_day", [date(2027, 12, 31), date(2028, 2, 29)], ids=str)
def test_it_is_the_same_every_time(tmp_path: Path, last_day: date) -> None:
    for name in ("a", "b"):
        write_sample(tmp_path / name, learners=150, last_day=last_day)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_no_deadline_is_overdue_for_years(tmp_path: Path) -> None:
    """Not for those either who have completed the course: what had a deadline is not waived."""
    write_sample(tmp_path, learners=600, last_day=date(2026, 10, 31))
    dated = latest(read_rows(tmp_path, "course_activities"), "course_activities").filter(
        (pl.col("is_todo") == "true")
        & pl.col("deadline").is_not_null()
        & (pl.col("activity_type") != "Submission Carousel")  # nobody can fulfill it
    )
    sent = (
        latest(read_rows(tmp_path, "user_activities"), "user_activities")
        .filter(pl.col("submitted") == "1")
        .group_by("user_id", "activity_id", "activity_type")
        .agg(sent_count=pl.len())
    )
    expected = (
        enrolled_learners(tmp_path)
        .filter(pl.col("user_id") != NOBODY)
        .join(dated, on="course_id", suffix="_of_activity")
        .filter(moment("deadline") > moment("enrollment_date"))
        .join(sent, on=["user_id", "activity_id", "activity_type"], how="left")
    )
    feedback = pl.col("activity_type").is_in(["Private Feedback", "Public Feedback"])
    needed = pl.when(feedback).then(pl.col("target").cast(pl.Int64)).otherwise(1)
    unmet = expected.filter(pl.col("sent_count").fill_null(0) < needed)
    end = pl.lit(date(2026, 10, 31)).cast(pl.Datetime("us"))
    assert unmet.filter(moment("deadline").is_between(end - pl.duration(days=300), end)).height > 100
    assert unmet.filter(moment("deadline") < end - pl.duration(days=365)).height == 0


def test_titles_bear_the_season_and_year_of_the_first_day() -> None:
    seasons = ["Winter", "Spring", "Summer", "Fall"]  # December is winter
    for weeks in range(0, 105, 2):
        courses = make_outline(Calendar(date(2027, 1, 4) + timedelta(weeks=weeks)), seed=1).courses
        titles = [str(course["title"]) for course in courses]
        assert len(set(titles)) == 42
        for course, title in zip(courses, titles, strict=True):
            assert isinstance(course["opens"], int)
            day = date(1970, 1, 1) + timedelta(seconds=course["opens"])
            if course["is_cohort"] and not course["is_sandbox"]:
                assert title.endswith(f", {seasons[day.month % 12 // 3]} {day.year}")
            elif title.startswith("Code of Conduct"):
                assert title == f"Code of Conduct {day.year}"


def test_names_and_texts_vary(tmp_path: Path) -> None:
    write_sample(tmp_path, last_day=date(2026, 10, 31))
    users = latest(read_rows(tmp_path, "users"), "users")
    names = users.select("first_name", "last_name")
    assert share(names.is_duplicated()) < 0.05
    assert users["bio"].n_unique() > 150
    assert users["headline"].n_unique() > 200
    comments = read_rows(tmp_path, "question_set_responses").unique()["response_text"].drop_nulls()
    assert len(comments) > 500
    assert comments.n_unique() > 0.3 * len(comments)


def test_today_is_the_default(tmp_path: Path) -> None:
    before = today()
    write_sample(tmp_path, learners=1)
    newest = read_rows(tmp_path, "enrollments").select(moment("record_updated_date").max()).item()
    assert before <= newest.date() <= today()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-30", r"--until 2026-02-30 is not a date; give one such as 2026-10-31"),
        ("10/31/2026", r"--until 10/31/2026 is not a date"),
        ("2026-10-31T10:00", r"is not a date"),
        ("", r"is not a date"),
        ("1999-12-31", r"--until 1999-12-31 is too far away; give a date from 2005-01-01 to 2098-12-31"),
        ("2099-01-01", r"is too far away"),
    ],
)
def test_a_last_day_that_cannot_be(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_last_day(text)


def test_the_first_and_the_last_day_that_can_be_keep_to_the_years_that_are_believed(tmp_path: Path) -> None:
    for day in ("2005-01-01", "2098-12-31"):
        write_sample(tmp_path, learners=30, last_day=read_last_day(day))
        for data_set in DATA_SETS:
            rows = read_rows(tmp_path, data_set)
            dates = [column for column in rows.columns if column.endswith("_date") or column == "deadline"]
            years = rows.select(moment(column).dt.year() for column in dates).unpivot()["value"].drop_nulls()
            assert years.is_between(2000, 2099).all(), (day, data_set)
