"""What `novoed changes` tells of a published file."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from loader.errors import LoaderError
from novoed.cli import app
from publisher.movements import read_movements


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second publication: course 7 lost learners, course 8 won one, course 9 is gone."""
    path = tmp_path / "novoed.duckdb"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NOVOED_PUBLISHED", str(path))
    with duckdb.connect(path) as connection:
        connection.execute("""
            create schema marts; create schema audit;
            create table marts.dim_courses as
                select * from (values (7, 'Course X'), (8, 'Course Y')) as t (course_id, course_title);
            create table audit.publication as select * from (values
                (timestamp '2026-02-01 06:00', '{"as_of": "", "watch_threshold": 1.0}', '0.4.0'),
                (timestamp '2026-02-08 06:00', '{"as_of": "2026-02-08", "watch_threshold": 1.0}', '0.4.0')
            ) as t (published_at, vars, project_version);
            create table audit.published_changes (
                mart varchar, course_id bigint, measure varchar, before double, after double, change double
            );
            insert into audit.published_changes values
                ('fct_course_completions', 7, 'completion_ratio', 0.61, 0.58, -0.03),
                ('fct_course_completions', 7, 'overdue_learner_count', 2.0, 4.0, 2.0),
                ('fct_enrollments', 7, 'came_count', null, 14.0, 14.0),
                ('fct_enrollments', 7, 'left_count', null, 3.0, 3.0),
                ('fct_enrollments', 7, 'left_deleted_user', null, 3.0, 3.0),
                ('fct_enrollments', 8, 'came_count', null, 1.0, 1.0),
                ('fct_course_completions', 9, 'enrolled_learner_count', 5.0, null, -5.0),
                ('fct_enrollments', 9, 'left_count', null, 5.0, 5.0),
                ('fct_enrollments', 9, 'left_not_loaded', null, 2.0, 2.0),
                ('fct_enrollments', 9, 'left_unknown_course', null, 3.0, 3.0),
                ('fct_course_completions', null, 'completion_ratio', 0.5001, 0.5002, 0.0001),
                ('fct_enrollments', null, 'row_count', 1200.0, 1207.0, 7.0);
            create table audit.scope_changes as
                select 'enrollments' as data_set, 'deleted_user' as reason, 4 as before, 7 as after, 3 as change;
        """)
    return path


def told(*arguments: str) -> str:
    run = CliRunner().invoke(app, ["changes", *arguments])
    assert run.exit_code == 0, run.output
    return run.output


def test_the_largest_movements_are_told_with_their_cause(published: Path) -> None:
    assert published.is_file()
    assert told().splitlines() == [
        "Published 2026-02-08 06:00, since 2026-02-01 06:00 (UTC):",
        "  All courses: completion 0.5001 → 0.5002",
        "  Course X (course 7): completion 0.61 → 0.58, overdue 2 → 4; 14 enrollments came, 3 left (deleted_user)",
        "  gone (course 9): enrolled 5 → -; 5 enrollments left (2 not_loaded, 3 unknown_course)",
        "  Course Y (course 8): 1 enrollment came",
        "  rows of enrollments: deleted_user 4 → 7",
        "  rows of fct_enrollments: 1,200 → 1,207",
    ]


def test_another_version_or_variable_is_said_first(published: Path) -> None:
    with duckdb.connect(published) as connection:
        connection.execute(
            """update audit.publication set project_version = '0.5.0', vars = '{"watch_threshold": 0.9}'
            where published_at = timestamp '2026-02-08 06:00'"""
        )
    assert told().splitlines()[:3] == [
        "ATTENTION: the two files were computed otherwise, which may be why figures moved:",
        "  project_version: 0.4.0 → 0.5.0",
        "  watch_threshold: 1.0 → 0.9",
    ]


def test_programs_get_one_object(published: Path) -> None:
    assert published.is_file()
    found = json.loads(told("--json"))
    assert found["published_at"] == "2026-02-08T06:00:00Z"
    assert found["published_before_at"] == "2026-02-01T06:00:00Z"
    assert found["computed_otherwise"] == []
    assert found["overall"] == {"completion_ratio": {"before": 0.5001, "after": 0.5002, "change": 0.0001}}
    assert found["courses"][0] == {
        "course_id": 7,
        "course_title": "Course X",
        "measures": {
            "completion_ratio": {"before": 0.61, "after": 0.58, "change": -0.03},
            "overdue_learner_count": {"before": 2, "after": 4, "change": 2},
        },
        "came": 14,
        "left": 3,
        "left_by_reason": {"deleted_user": 3},
    }
    assert found["row_counts"] == {"fct_enrollments": {"before": 1200, "after": 1207, "change": 7}}
    assert found["scope"] == {"enrollments": {"deleted_user": {"before": 4, "after": 7, "change": 3}}}


def test_of_many_courses_ten_are_told(published: Path) -> None:
    with duckdb.connect(published) as connection:
        connection.execute(
            "insert into audit.published_changes select 'fct_enrollments', 100 + i, 'came_count', null, 1, 1"
            " from range(9) as t (i)"
        )
    assert "  2 more courses: select * from audit.published_changes" in told().splitlines()


def test_nothing_moved_and_nothing_to_compare(published: Path) -> None:
    with duckdb.connect(published) as connection:
        connection.execute("delete from audit.published_changes; delete from audit.scope_changes")
    assert told() == "Nothing moved since 2026-02-01 06:00 (UTC).\n"
    with duckdb.connect(published) as connection:
        connection.execute("delete from audit.publication where published_at = timestamp '2026-02-01 06:00'")
    assert told() == "This is the first publication: there is nothing to compare.\n"


def test_there_is_no_file_or_none_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    with pytest.raises(LoaderError, match="There is no published file"):
        read_movements(path)
    path.write_text("notes")
    with pytest.raises(LoaderError, match="cannot be read"):
        read_movements(path)
    path.unlink()
    duckdb.connect(path).close()
    with pytest.raises(LoaderError, match=r"is of an older version, which kept no record"):
        read_movements(path)
