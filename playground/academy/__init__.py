"""A synthetic institution: a corporate academy over the two years before a day, as the platform's CSV files
and the organization's own attributes of people and courses.

Per learner about 4 rows of enrollments, 50 of user_activities, 55 of lecture_page_views and 70 of
question_set_responses; courses, pages, activities and questions stay the same however many learners there are.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from loader.catalog import DATA_SETS
from loader.errors import LoaderError, UsageError
from playground.academy import history
from playground.academy.attempts import RESPONSE_COLUMNS, grade, make_attempts, make_responses
from playground.academy.attributes import course_attribute_rows, earlier_user_attribute_rows, user_attribute_rows
from playground.academy.chance import Chance
from playground.academy.clock import Calendar, today
from playground.academy.completions import complete
from playground.academy.enrollments import KEY, make_enrollments, make_visits, view_rows
from playground.academy.folder import SampleFolder, as_text
from playground.academy.outline import Outline, make_outline
from playground.academy.people import FIRST_LEARNER, make_org_roles, make_people
from playground.academy.questions import QUESTION_COLUMNS, Row

__all__ = ["BATCH", "write_sample"]

BATCH = 3_000
"""Learners simulated at once; bounds the memory (under 500 MB) whatever the number of learners."""


def write_sample(out: Path, learners: int = 1500, seed: int = 20240101, last_day: date | None = None) -> dict[str, int]:
    """Writes the sample's files below `out`, `<data_set>/…/sample-*.csv[.gz|.zst]`; returns rows by data set.

    It ends as its last day (today) begins, UTC. The same arguments give the same files byte for byte; files of an
    earlier sample are replaced, files of other names never touched. A learner's data do not depend on how many others
    there are. Raises UsageError when `learners` is less than 1 or `out` holds CSV files that are not the sample's,
    LoaderError when `out` cannot be written.
    """
    if learners < 1:
        raise UsageError(f"A sample needs at least 1 learner, not {learners}: give --learners a larger number.")
    try:
        return _write_all(out, learners, seed, Calendar(last_day or today()))
    except OSError as error:
        raise LoaderError(
            f"The sample cannot be written to {error.filename or out}: {error.strerror or error}. Give another folder"
            " with --out, or make room."
        ) from error


def _write_all(out: Path, learners: int, seed: int, calendar: Calendar) -> dict[str, int]:
    columns = {name: list(data_set.columns) for name, data_set in DATA_SETS.items()}
    columns |= {"question_set_questions": QUESTION_COLUMNS, "question_set_responses": RESPONSE_COLUMNS}
    columns |= {
        "user_attributes": ["external_id", "email_address", "department", "country", "manager"],
        "course_attributes": ["course_id", "catalog_id", "program", "is_mandatory"],
    }
    folder = SampleFolder(out, columns, calendar.end)
    outline = make_outline(calendar, seed)
    _write_outline(folder, outline)
    chance = Chance(seed)
    total = FIRST_LEARNER + learners
    for part, first in enumerate(range(0, total, BATCH), start=1):
        _write_people(folder, outline, range(first, min(first + BATCH, total)), f"{part:05}", chance)
    folder.remove_leftovers()
    return folder.rows


def _table(rows: list[Row]) -> pl.DataFrame:
    """Rows as a table; the type of a column is looked up in all of them."""
    return pl.DataFrame(rows, infer_schema_length=None)


def _write_outline(folder: SampleFolder, outline: Outline) -> None:
    folder.write("courses", "all", history.course_rows(_table(outline.courses)))
    pages = history.page_rows(_table(outline.pages))
    folder.write("lecture_pages", "all", pages.with_columns(pl.col("record_deleted").cast(pl.Int8)))
    activities = history.activity_rows(_table(outline.activities))
    folder.write_by_year("course_activities", "all", activities)
    folder.write("question_set_questions", "all", _table(outline.bank.options))
    folder.write_attributes("course_attributes", "all", course_attribute_rows(_table(outline.courses)))


def _write_people(folder: SampleFolder, outline: Outline, numbers: range, part: str, chance: Chance) -> None:
    """Simulates and writes the people with these user numbers."""
    is_first = numbers.start == 0
    end = outline.calendar.end
    courses, pages = _table(outline.courses), _table(outline.pages)
    activities = _table(outline.activities)
    people = make_people(numbers, outline.calendar, chance)
    enrollments = make_enrollments(people, courses, end, chance)
    visits = make_visits(enrollments, pages, chance)
    attempts = make_attempts(visits, activities, chance)
    responses = make_responses(attempts, _table(outline.bank.questions), _table(outline.bank.answers), chance)
    attempts = grade(attempts, responses)
    enrollments = complete(enrollments, visits, attempts, activities, courses, end, chance)

    users = history.user_rows(people, enrollments, chance)
    repeated_users = history.repeated(users, "user_no", chance)
    if is_first:  # a date that never was, as a migration left it
        odd = pl.col("user_no") == FIRST_LEARNER + 3
        users = users.with_columns(
            last_active_date=pl.when(odd).then(pl.lit("0000-00-00 00:00:00")).otherwise(as_text("last_active_date"))
        )
    folder.write("users", part, users)
    folder.write("users", f"{part}-again", repeated_users)
    folder.write_attributes("user_attributes", part, user_attribute_rows(people, chance))
    # `-again` comes before the other in the order of names, so it is the older one
    folder.write_attributes("user_attributes", f"{part}-again", earlier_user_attribute_rows(people, chance))
    roles = make_org_roles(people, chance)
    if is_first:
        roles = pl.concat([roles, roles.head(1).with_columns(user_id=pl.lit(history.NOBODY, pl.Int64))])
    folder.write("user_org_roles", part, roles)

    rows = history.enrollment_rows(enrollments, chance)
    if is_first:
        rows = history.touched_last(rows, "record_updated_date", end)
        rows = pl.concat([rows, history.stray_enrollments(rows)])
    folder.write_by_year("enrollments", part, rows, ".csv.gz")
    folder.write("enrollments", f"{part}-again", history.repeated(rows, KEY, chance))

    views = view_rows(visits, chance)
    views = pl.concat([views, history.stray_views(views)]) if is_first else views
    folder.write_by_year("lecture_page_views", part, views)
    folder.write("lecture_page_views", f"{part}-again", history.repeated(views, "visit_no", chance))

    rows = pl.concat([responses, history.stray_responses(responses)]) if is_first else responses
    folder.write_by_year("question_set_responses", part, rows, ".csv.zst")
    folder.write("question_set_responses", f"{part}-again", history.repeated(rows, "response_no", chance))

    rows = history.attempt_rows(attempts, end, chance)
    if is_first:
        rows = history.touched_last(rows, "updated_date", end)
        rows = pl.concat([rows, history.stray_attempts(rows)])
        odd = (pl.col("points_received") == 2) & (chance.uniform("attempt_no", "odd points") < 0.001)
        points = pl.when(odd).then(pl.lit("n/a")).otherwise(pl.col("points_received").cast(pl.String))
        rows = rows.with_columns(points_received=points)
    folder.write_by_year("user_activities", part, rows)
    folder.write("user_activities", f"{part}-again", history.repeated(rows, "attempt_no", chance), ".csv.zst")
