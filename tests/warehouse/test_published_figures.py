"""The marts reproduce what others have published of data that everybody has (tests/fixtures/published_figures).

A test is a quiz whose learners each answered every item. Remission lost is a course completed, one day for a week; who
was lost to sight in remission has withdrawn.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from conftest import ROOT, Warehouse

FIGURES = ROOT / "tests" / "fixtures" / "published_figures"
TEST_COURSE, COURSES = 1, {"6-MP": 2, "placebo": 3}
ITEMS = range(1, 6)
BEGIN = date(2020, 1, 1)

ITEM_FIGURES = {1: (0.924, 0.113), 2: (0.709, 0.153), 3: (0.553, 0.173), 4: (0.763, 0.144), 5: (0.870, 0.122)}
"""Item → share right, correlation with the rest, as printed: to three decimals."""
SURVIVAL = {
    "6-MP": {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482},
    "placebo": {
        **{1: 0.9048, 2: 0.8095, 3: 0.7619, 4: 0.6667, 5: 0.5714, 8: 0.3810},
        **{11: 0.2857, 12: 0.1905, 15: 0.1429, 17: 0.0952, 22: 0.0476, 23: 0.0},
    },
}
"""Group → week → share still in remission, as printed: to four decimals."""

Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse that holds nothing else."""
    built = Warehouse(tmp_path_factory.mktemp("published"))
    write_institution(built.landing)
    models = ("--select", "+fct_question_items", "+fct_time_to_complete")
    for run in (
        built.novoed("load"),
        built.dbt("build", *models, "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
    ):
        assert isinstance(run, subprocess.CompletedProcess)
        assert run.returncode == 0, f"{run.args}\n{run.stdout[-6000:]}{run.stderr[-2000:]}"
    with duckdb.connect(str(built.database), read_only=True) as connection:
        yield connection


def read(name: str) -> list[dict[str, str]]:
    with (FIGURES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write_institution(landing: Path) -> None:
    """The people of both publications as learners of one institution, as the platform's CSV files."""
    enrollments: Rows = []
    answers: Rows = []
    for row in read("lsat6.csv"):
        for _ in range(int(row["people"])):
            enrollments.append(enrollment(len(enrollments) + 1, TEST_COURSE))
            for item, is_right in zip(ITEMS, row["pattern"], strict=True):
                chosen = "right" if is_right == "1" else "wrong"
                answers.append({"user_id": len(enrollments), "question_id": item, "response_option_id": chosen})
    for row in read("remission.csv"):
        ended = BEGIN + timedelta(days=int(row["weeks"]))
        left = {"enrollment_status": "Withdrawn", "unenrollment_date": ended}
        completed = {"completion_status": "Completed", "completed_date": ended}
        course = COURSES[row["group"]]
        outcome = left if row["is_censored"] == "true" else completed
        enrollments.append(enrollment(len(enrollments) + 1, course) | outcome)

    quiz = {"activity_id": "LSAT6", "activity_type": "Quiz", "course_id": TEST_COURSE, "updated_date": BEGIN}
    write(landing, "users", [{"user_id": row["user_id"], "institution_id": 1} for row in enrollments])
    write(landing, "courses", [{"course_id": course} for course in (TEST_COURSE, *COURSES.values())])
    write(landing, "enrollments", enrollments)
    write(landing, "course_activities", [quiz])
    write(
        landing,
        "question_set_questions",
        [
            quiz | {"question_id": item, "response_option_id": option, "is_correct": option == "right"}
            for item in ITEMS
            for option in ("right", "wrong")
        ],
    )
    write(landing, "question_set_responses", [quiz | {"institution_id": 1, "outcome_id": "o"} | row for row in answers])


def enrollment(number: int, course: int) -> dict[str, object]:
    return {
        "enrollment_id": number,
        "user_id": number,
        "institution_id": 1,
        "course_id": course,
        "enrollment_status": "Enrolled",
        "enrollment_date": BEGIN,
        "unenrollment_date": None,
        "completion_status": "Not Completed",
        "completed_date": None,
    }


def write(landing: Path, data_set: str, rows: Rows) -> None:
    updated = "record_updated_date" if data_set in ("users", "courses", "enrollments") else "updated_date"
    file = landing / data_set / "published.csv"
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, [*rows[0], *({updated} - rows[0].keys())], restval=BEGIN)
        writer.writeheader()
        writer.writerows(rows)


def test_items_of_the_law_school_admission_test(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        "select cast(question_id as integer), respondent_count, judged_count, facility, discrimination, review_reason"
        " from marts.fct_question_items"
    ).fetchall()
    assert {row[0]: (round(row[3], 3), round(row[4], 3)) for row in rows} == ITEM_FIGURES
    assert {row[1:3] for row in rows} == {(1000, 1000)}
    # Every correlation is above 0.1 and every share between 0.3 and 0.95
    assert {row[5] for row in rows} == {None}


@pytest.mark.parametrize("group", COURSES)
def test_weeks_in_remission(group: str, published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        "select day, completed_learner_count, 1 - completed_if_none_left_ratio from marts.fct_time_to_complete"
        " where course_id = ?",
        [COURSES[group]],
    ).fetchall()
    found = {day: round(remaining, 4) for day, completed, remaining in rows if completed}
    assert found == pytest.approx(SURVIVAL[group], abs=1e-12)
