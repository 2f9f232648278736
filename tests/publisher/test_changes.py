"""How the figures of two published files differ, on files made by hand and on random histories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.changes import write_changes

Key = tuple[str, int | None, str]


@dataclass(frozen=True)
class Enrollment:
    """An enrollment as the marts show it."""

    course_id: int
    is_completed: bool = False
    is_overdue: bool = False
    is_at_risk: bool = False
    open_count: int = 0


State = dict[int, Enrollment]
"""What one file holds, by enrollment_id."""


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        for catalog in ("built", "published_before", "published_draft"):
            opened.execute(f"attach ':memory:' as {catalog}")
        opened.execute("use published_draft")
        yield opened


def compare(
    connection: duckdb.DuckDBPyConnection,
    before: State | None,
    after: State,
    *,
    courses: tuple[set[int], set[int]] = (set(), set()),
    reasons: dict[int, str] | None = None,
) -> dict[Key, tuple[float | None, float | None, float | None]]:
    """audit.published_changes of two states; courses without enrollments and reasons of who left beside them."""
    connection.execute("drop schema if exists built.intermediate cascade")
    connection.execute("create schema built.intermediate")
    connection.execute(
        "create table built.intermediate.int_enrollments_scoped (enrollment_id bigint, scope_reason varchar)"
    )
    scoped = {**dict.fromkeys(after, "in_scope"), **(reasons or {})}
    for row in scoped.items():
        connection.execute("insert into built.intermediate.int_enrollments_scoped values (?, ?)", row)
    for catalog, state, more in (
        ("published_before", before or {}, courses[0]),
        ("published_draft", after, courses[1]),
    ):
        write_marts(connection, catalog, state, more)
    write_changes(
        connection, built="built", before=None if before is None else "published_before", after="published_draft"
    )
    rows = connection.execute("from published_draft.audit.published_changes").fetchall()
    found = {(mart, course_id, measure): (then, now, change) for mart, course_id, measure, then, now, change in rows}
    assert len(found) == len(rows)
    return found


def write_marts(connection: duckdb.DuckDBPyConnection, catalog: str, state: State, courses: set[int]) -> None:
    for schema in ("marts", "audit"):
        connection.execute(f"drop schema if exists {catalog}.{schema} cascade")
        connection.execute(f"create schema {catalog}.{schema}")
    connection.execute(f"create table {catalog}.marts.fct_enrollments (enrollment_id bigint, course_id bigint)")
    connection.execute(f"create table {catalog}.marts.fct_outstanding_requirements (course_id bigint)")
    connection.execute(
        f"create table {catalog}.marts.fct_course_completions (course_id bigint, enrolled_learner_count bigint,"
        " completed_learner_count bigint, completion_ratio double, overdue_learner_count bigint,"
        " at_risk_learner_count bigint)"
    )
    for key, one in state.items():
        connection.execute(f"insert into {catalog}.marts.fct_enrollments values (?, ?)", [key, one.course_id])
        connection.execute(
            f"insert into {catalog}.marts.fct_outstanding_requirements select ? from range(?)",
            [one.course_id, one.open_count],
        )
    for course in {one.course_id for one in state.values()} | courses:
        own = [one for one in state.values() if one.course_id == course]
        completed = sum(one.is_completed for one in own)
        connection.execute(
            f"insert into {catalog}.marts.fct_course_completions values (?, ?, ?, ?, ?, ?)",
            [
                course,
                len(own),
                completed,
                completed / len(own) if own else None,
                sum(one.is_overdue for one in own),
                sum(one.is_at_risk for one in own),
            ],
        )


COMPLETIONS, ENROLLMENTS = "fct_course_completions", "fct_enrollments"


def test_a_course_that_lost_and_won(connection: duckdb.DuckDBPyConnection) -> None:
    """Of five enrollments two left and one came; the course's rate falls from 3/5 to 1/4."""
    before = {
        1: Enrollment(7, is_completed=True),
        2: Enrollment(7, is_completed=True),
        3: Enrollment(7, is_completed=True),
        4: Enrollment(7, is_overdue=True, open_count=2),
        5: Enrollment(7, is_at_risk=True, open_count=1),
    }
    after = {
        3: Enrollment(7, is_completed=True),
        4: Enrollment(7, is_overdue=True, open_count=2),
        5: Enrollment(7, is_overdue=True, open_count=4),
        6: Enrollment(7),
    }
    found = compare(connection, before, after, reasons={1: "deleted_user"})
    expected = {
        "enrolled_learner_count": (5, 4, -1),
        "completed_learner_count": (3, 1, -2),
        "completion_ratio": (0.6, 0.25, -0.35),
        "overdue_learner_count": (1, 2, 1),
        "at_risk_learner_count": (1, 0, -1),
        "outstanding_requirement_count": (3, 6, 3),
    }
    assert found == {
        **{
            (COMPLETIONS, course, measure): pytest.approx(values)
            for measure, values in expected.items()
            for course in (7, None)
        },
        (ENROLLMENTS, None, "row_count"): (5, 4, -1),
        ("fct_outstanding_requirements", None, "row_count"): (3, 6, 3),
        (ENROLLMENTS, 7, "came_count"): (None, 1, 1),
        (ENROLLMENTS, 7, "left_count"): (None, 2, 2),
        (ENROLLMENTS, 7, "left_deleted_user"): (None, 1, 1),
        (ENROLLMENTS, 7, "left_not_loaded"): (None, 1, 1),
    }


def test_a_course_that_is_new_and_one_that_is_gone(connection: duckdb.DuckDBPyConnection) -> None:
    found = compare(connection, {1: Enrollment(7, is_completed=True)}, {2: Enrollment(8, is_completed=True)})
    assert found[COMPLETIONS, 8, "enrolled_learner_count"] == (None, 1, 1)
    assert found[COMPLETIONS, 8, "completion_ratio"] == (None, 1, None)
    assert found[COMPLETIONS, 7, "enrolled_learner_count"] == (1, None, -1)
    assert found[COMPLETIONS, 7, "completion_ratio"] == (1, None, None)
    assert not any(measure == "overdue_learner_count" for _, _, measure in found), "0 or NULL on both sides"
    assert not any(mart == COMPLETIONS and course is None for mart, course, _ in found), "the same of all together"
    assert not any(measure == "row_count" for _, _, measure in found)


def test_an_enrollment_in_another_course_left_one_and_came_to_the_other(connection: duckdb.DuckDBPyConnection) -> None:
    found = compare(connection, {1: Enrollment(7)}, {1: Enrollment(8)})
    assert found[ENROLLMENTS, 7, "left_in_scope"] == (None, 1, 1)
    assert found[ENROLLMENTS, 8, "came_count"] == (None, 1, 1)


def test_the_first_publication_and_equal_files_have_no_changes(connection: duckdb.DuckDBPyConnection) -> None:
    state = {1: Enrollment(7, is_completed=True, open_count=1)}
    assert compare(connection, None, state) == {}
    assert connection.execute("from published_draft.audit.scope_changes").fetchall() == []
    assert compare(connection, state, state, courses=({9}, {9})) == {}


def test_a_file_of_an_older_version_is_compared_by_what_it_has(connection: duckdb.DuckDBPyConnection) -> None:
    write_marts(connection, "published_before", {1: Enrollment(7, is_at_risk=True)}, set())
    connection.execute("drop table published_before.marts.fct_outstanding_requirements")
    connection.execute("alter table published_before.marts.fct_enrollments drop column enrollment_id")
    connection.execute("alter table published_before.marts.fct_course_completions drop column at_risk_learner_count")
    write_marts(
        connection, "published_draft", {1: Enrollment(7, is_overdue=True, is_at_risk=True, open_count=3)}, set()
    )
    write_changes(connection, built="built", before="published_before", after="published_draft")
    assert set(connection.execute("from published_draft.audit.published_changes").fetchall()) == {
        (COMPLETIONS, 7, "overdue_learner_count", 0, 1, 1),
        (COMPLETIONS, None, "overdue_learner_count", 0, 1, 1),
        ("fct_outstanding_requirements", None, "row_count", None, 3, 3),
    }


def test_why_rows_left_or_came(connection: duckdb.DuckDBPyConnection) -> None:
    for catalog, rows in (
        ("published_before", [("users", "in_scope", 9), ("users", "deleted", 1), ("courses", "in_scope", 2)]),
        ("published_draft", [("users", "in_scope", 7), ("users", "excluded_user", 3), ("courses", "in_scope", 2)]),
    ):
        write_marts(connection, catalog, {}, set())
        connection.execute(
            f"create table {catalog}.audit.row_accounting (data_set varchar, reason varchar, row_count bigint)"
        )
        connection.executemany(f"insert into {catalog}.audit.row_accounting values (?, ?, ?)", rows)
    write_changes(connection, built="built", before="published_before", after="published_draft")
    assert set(connection.execute("from published_draft.audit.scope_changes").fetchall()) == {
        ("users", "in_scope", 9, 7, -2),
        ("users", "deleted", 1, 0, -1),
        ("users", "excluded_user", 0, 3, 3),
    }


COUNTS = [
    "enrolled_learner_count",
    "completed_learner_count",
    "overdue_learner_count",
    "at_risk_learner_count",
    "outstanding_requirement_count",
]


def figures(state: State) -> Counter[tuple[int | None, str]]:
    """Every count by course and of all together, counted a second time."""
    counted: Counter[tuple[int | None, str]] = Counter()
    for one in state.values():
        for course in (one.course_id, None):
            for measure, value in zip(
                COUNTS, (1, one.is_completed, one.is_overdue, one.is_at_risk, one.open_count), strict=True
            ):
                counted[course, measure] += value
    return counted


ENROLLMENT = st.builds(Enrollment, st.integers(1, 3), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 2))
STATES = st.dictionaries(st.integers(1, 6), ENROLLMENT, max_size=6)
REASONS = st.dictionaries(st.integers(1, 6), st.sampled_from(["deleted", "deleted_user", "sandbox_course"]))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(STATES, min_size=2, max_size=4), reasons=REASONS)
def test_before_and_changes_are_after_whatever_happened(
    connection: duckdb.DuckDBPyConnection, history: list[State], reasons: dict[int, str]
) -> None:
    for before, after in pairwise(history):
        gone = {key: reason for key, reason in reasons.items() if key not in after}
        found = compare(connection, before, after, reasons=gone)
        then, now = figures(before), figures(after)
        courses = {one.course_id for state in (before, after) for one in state.values()}
        for measure in COUNTS:
            for course in (*courses, None):
                change = found.get((COMPLETIONS, course, measure), (None, None, 0))[2]
                assert then[course, measure] + (change or 0) == now[course, measure]
        for course in courses:
            came = found.get((ENROLLMENTS, course, "came_count"), (None, None, 0))[2] or 0
            left = found.get((ENROLLMENTS, course, "left_count"), (None, None, 0))[2] or 0
            enrolled = "enrolled_learner_count"
            assert then[course, enrolled] + came - left == now[course, enrolled]
            assert left == sum(
                change or 0
                for (_, where, measure), (_, _, change) in found.items()
                if where == course and measure.startswith("left_") and measure != "left_count"
            )
        for (_, course, measure), (earlier, later, change) in found.items():
            if measure == "completion_ratio":
                for value, counts in ((earlier, then), (later, now)):
                    enrolled_count = counts[course, "enrolled_learner_count"]
                    ratio = counts[course, "completed_learner_count"] / enrolled_count if enrolled_count else None
                    assert value == ratio
                assert change == (None if earlier is None or later is None else later - earlier)
        ratios = {course for _, course, measure in found if measure == "completion_ratio"}
        for course in {*courses, None} - ratios:
            shares = [
                counts[course, "completed_learner_count"] / (counts[course, "enrolled_learner_count"] or 1)
                for counts in (then, now)
            ]
            assert shares[0] == shares[1]
