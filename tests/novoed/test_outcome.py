"""The block after a build: the worst first, one line each, and the headline with its changes."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from loader.errors import LoaderError
from novoed.dbt import Metric, Warned, read_metrics, read_warnings
from novoed.screen.headline import HEADLINE
from novoed.screen.outcome import show_outcome

MARTS = """
    create schema marts; create schema audit;
    create table marts.fct_enrollments as select * from (values
        ('1:1', true, true, false), ('1:1', true, false, true), ('1:2', true, false, true), ('1:3', false, true, false)
    ) as rows (user_key, is_enrolled_learner, is_completed, is_overdue);
    create table marts.fct_outstanding_requirements as
        select * from (values (1, true), (2, false), (3, false)) as rows (enrollment_id, can_still_be_met);
"""
BUILT = """
    create schema raw; create schema reference;
    create table raw._files as select timestamp '2026-01-31 08:00:00' as loaded_at;
    create table raw._rejects (source_file varchar);
    create table reference.build_record as select
        timestamp '2026-01-31 09:00:00' as started_at, timestamp '2026-01-31 09:01:00' as finished_at,
        timestamp '2026-01-31 09:00:00' as as_of, '{"watch_threshold": 1.0}' as vars, '0.4.0' as project_version,
        'success' as result, cast([] as varchar[]) as failed_nodes, cast([] as varchar[]) as left_out,
        1 as loaded_file_count, timestamp '2026-01-31 08:00:00' as newest_loaded_at;
    create table audit.freshness as
        select * from (values ('users', 1), ('enrollments', 1)) as rows (data_set, file_count);
    create table audit.cast_failures (data_set varchar, column_name varchar, value_text varchar, row_count bigint);
    create table audit.row_accounting as select 'users' as data_set, 'in_scope' as reason, 3 as row_count;
    create table audit.extraction_coverage (kind varchar);
    create table audit.changed_identities (record_key varchar);
    create table audit.unknown_enumeration_values (value_text varchar, row_count bigint);
    create table audit.repeated_enrollments (user_id bigint);
    create table audit.duplicate_people (value varchar);
    create table audit.date_conflicts (conflict varchar);
"""
COMPLETED = "sum(case when is_enrolled_learner and is_completed then 1 else 0 end)"
ENROLLED = "sum(case when is_enrolled_learner then 1 else 0 end)"
METRICS = {
    name: Metric("marts.fct_enrollments", expression)
    for name, expression in {
        "learners": "count(distinct case when is_enrolled_learner then user_key end)",
        "enrolled_learners": ENROLLED,
        "completed_learners": COMPLETED,
        "completion_ratio": f"{COMPLETED} / nullif({ENROLLED}, 0)",
        "completion_with_leavers_ratio": "sum(case when is_completed then 1 else 0 end) / count(*)",
        "overdue_learners_in_open_courses": "sum(case when is_overdue then 1 else 0 end)",
        "at_risk_learners": "sum(case when is_overdue and not is_enrolled_learner then 1 else 0 end)",
    }.items()
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Three learners, one of them in two courses, one without the status Enrolled; nothing to complain of."""
    return make(tmp_path / "novoed.duckdb", MARTS, BUILT)


def make(path: Path, *statements: str) -> Path:
    with duckdb.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def tell(
    capsys: pytest.CaptureFixture[str],
    database: Path,
    published: Path | None = None,
    unloaded: tuple[str, ...] = (),
    warnings: tuple[Warned, ...] = (),
) -> list[str]:
    """The lines of the block, empty ones aside."""
    show_outcome(database, published or database.with_name("none.duckdb"), unloaded, warnings, METRICS)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]


def test_a_first_build_without_a_fault_shows_the_headline_alone(
    capsys: pytest.CaptureFixture[str], database: Path
) -> None:
    lines = tell(capsys, database)
    assert lines[0] == "Every file was loaded, every value could be read, and the audits found nothing."
    assert [line.rsplit(maxsplit=1) for line in lines[1:]] == [
        ["as of 2026-01-31 09:00 UTC", "now"],
        ["learners", "2"],
        ["enrollments of status Enrolled", "3"],
        ["completed", "1"],
        ["completed, share", "33.3%"],
        ["completed, share with leavers", "50.0%"],
        ["overdue in open courses", "2"],
        ["at risk", "0"],
        ["open requirements", "3"],
        ["open requirements that can still be met", "1"],
    ]


def test_what_went_wrong_is_told_worst_first_with_the_table_to_look_at(
    capsys: pytest.CaptureFixture[str], database: Path
) -> None:
    make(
        database,
        "update audit.freshness set file_count = 0 where data_set = 'enrollments'",
        """insert into audit.cast_failures values
            ('users', 'created_date', '1/31/2024 10:00', 1200), ('users', 'created_date', '2/1/2024', 300),
            ('courses', 'end_date', 'soon', 2), ('courses', 'is_sandbox', 'y', 9), ('enrollments', 'user_id', 'x', 1)
            """,
        "insert into raw._rejects values ('users/a.csv'), ('users/a.csv')",
        "insert into audit.extraction_coverage values ('gap'), ('covered'), ('gap'), ('gap')",
        "insert into audit.changed_identities values ('1')",
        "insert into audit.unknown_enumeration_values values ('Pending', 1000), ('Gone', 5)",
        "insert into audit.repeated_enrollments values (1), (2)",
        "insert into audit.duplicate_people values ('a@example.org')",
        "insert into audit.date_conflicts select 'ends_before_start' from range(1234)",
    )
    lines = tell(
        capsys,
        database,
        unloaded=("refused: users/b.csv: it is empty", "not loaded: users/c.xlsx"),
        warnings=(
            Warned("warn_of_date_conflicts", "date_conflicts", 1234, "audit.date_conflicts"),
            Warned("relationships_of_views", "fct_lecture_page_views", 4, "audit.row_accounting"),
        ),
    )
    assert lines[:16] == [
        f'What to look at first (duckdb -readonly {database} "from <table>"):',
        "  refused: users/b.csv: it is empty",
        "  not loaded: users/c.xlsx",
        "  no file at all: enrollments",
        "  1,512 values in 4 columns could not be read, the 3 worst (audit.cast_failures):",
        "    users.created_date: 1,500, e.g. `1/31/2024 10:00`",
        "    courses.is_sandbox: 9, e.g. `y`",
        "    courses.end_date: 2, e.g. `soon`",
        "  rejected records: 2 (raw._rejects)",
        "  intervals of the API still missing: 3 (audit.extraction_coverage)",
        "  records that name another person or course than before: 1 (audit.changed_identities)",
        "  rows with an unknown status, type or role: 1,005 (audit.unknown_enumeration_values)",
        "  people enrolled more than once in a course: 2 (audit.repeated_enrollments)",
        "  emails or external ids that several people share: 1 (audit.duplicate_people)",
        "  conflicting dates: 1,234 (audit.date_conflicts)",
        "  dbt warns of 4 rows of fct_lecture_page_views (audit.row_accounting)",
    ]
    assert lines[16].startswith("as of ")


def test_an_example_cannot_steer_the_terminal_or_fill_it(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    make(
        database,
        "insert into audit.cast_failures values ('users', 'a', e'x\x1b[2J\ny', 2), ('users', 'b', repeat('z', 41), 1)",
    )
    lines = tell(capsys, database)
    assert lines[2:4] == ["    users.a: 2, e.g. `x [2J y`", f"    users.b: 1, e.g. `{'z' * 40}…`"]


def test_of_many_files_the_first_ten_are_named_again(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    lines = tell(capsys, database, unloaded=tuple(f"refused: users/{i}.csv: it is empty" for i in range(12)))
    assert lines[10:12] == ["  refused: users/9.csv: it is empty", "  and 2 files more, see above"]


def test_what_is_left_out_takes_a_line_per_data_set(
    capsys: pytest.CaptureFixture[str], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(
        database,
        """insert into audit.row_accounting values
            ('users', 'excluded_user', 6), ('users', 'superseded', 1347), ('users', 'deleted', 21),
            ('users', 'invalid_key', 0), ('courses', 'in_scope', 7), ('enrollments', 'unknown_course', 1)""",
    )
    heading = "Not in the marts (every reason: audit.row_accounting):"
    lines = tell(capsys, database)
    assert lines[1:4] == [
        heading,
        "  enrollments: 1 of 1 row left out (1 unknown_course)",
        "  users: 1,374 of 1,377 rows left out (1,347 superseded, 21 deleted, 6 excluded_user)",
    ]
    monkeypatch.setattr("novoed.screen.outcome.console.width", 80)
    assert tell(capsys, database)[3] == "  users: 1,374 of 1,377 rows left out (1,347 superseded, 21 deleted, …)"


def test_each_figure_tells_its_change_since_the_file_published_before(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    published = make(
        tmp_path / "published.duckdb",
        MARTS,
        "delete from marts.fct_enrollments where user_key = '1:3' or is_completed",
        "delete from marts.fct_outstanding_requirements where can_still_be_met",
        "insert into marts.fct_outstanding_requirements select 0, false from range(1001)",
        """create table audit.publication as select timestamp '2026-01-30 06:00:00' as published_at,
            '{"watch_threshold": 0.9}'::json as vars, '0.3.0' as project_version""",
    )
    lines = tell(capsys, database, published)
    assert [line.split("  ")[-1].strip() for line in lines[1:-1]] == [
        "since 2026-01-30 06:00",
        "0",  # the completed enrollment is of a learner who was there
        "+1",
        "+1",
        "+33.3 points",
        "+50.0 points",
        "0",
        "0",
        "-1,000",
        "+1",
    ]
    assert lines[-1] == (
        "The file published before was computed otherwise: project_version: 0.3.0 → 0.4.0; watch_threshold: 0.9 → 1.0"
    )


def test_where_nobody_is_left_each_count_tells_how_many_are_gone(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    published = make(tmp_path / "published.duckdb", MARTS)
    make(database, "delete from marts.fct_enrollments")
    lines = tell(capsys, database, published)
    assert [line.split()[-2:] for line in lines[2:]] == [
        *(["0", "-2"], ["0", "-3"], ["0", "-1"], ["share", "-"], ["leavers", "-"], ["0", "-2"], ["0", "0"]),
        *(["3", "0"], ["1", "0"]),
    ]


def test_a_file_of_an_older_version_shows_the_changes_that_it_can(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    published = make(
        tmp_path / "published.duckdb",
        MARTS,
        "alter table marts.fct_enrollments drop column is_overdue",
        "drop table marts.fct_outstanding_requirements",
    )
    lines = tell(capsys, database, published)
    assert lines[1].endswith("since the last publication")
    assert [line.split()[-1] for line in lines[2:]] == ["0", "0", "0", "0", "0", "2", "0", "3", "1"]


def test_a_published_file_that_cannot_be_read_is_told(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published.duckdb"
    published.write_text("no database")
    lines = tell(capsys, database, published)
    assert lines[1] == f"note: {published} cannot be read now, so no change is shown"
    assert lines[2].endswith("now")


def test_no_figures_are_shown_of_half_a_build(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    make(database, "update reference.build_record set result = 'partial', left_out = ['fct_enrollments']")
    with pytest.raises(LoaderError, match="left out fct_enrollments"):
        tell(capsys, database)


def test_warnings_and_metrics_are_read_from_what_dbt_wrote(tmp_path: Path) -> None:
    nodes = {
        "model.a": {"name": "date_conflicts", "schema": "audit"},
        "model.b": {"name": "fct_b", "schema": "marts"},
        "test.a": {"name": "on_audit", "attached_node": "model.a", "config": {"meta": {}}},
        "test.b": {"name": "on_b", "attached_node": "model.b", "config": {"meta": {"audit_table": "row_accounting"}}},
    }
    results = [
        {"unique_id": "model.a", "status": "success", "failures": None},
        {"unique_id": "test.a", "status": "warn", "failures": 3},
        {"unique_id": "test.b", "status": "warn", "failures": 2},
        {"unique_id": "test.c", "status": "pass", "failures": 0},
    ]
    measures = [
        {"name": "people", "agg": "count_distinct", "expr": "user_key"},
        {"name": "done", "agg": "sum", "expr": "case when is_done then 1 else 0 end"},
        {"name": "days", "agg": "median", "expr": "days"},
    ]
    simple = {"numerator": None, "denominator": None}
    metrics = [
        {"name": "people", "type_params": simple | {"measure": {"name": "people"}}},
        {"name": "finished", "type_params": simple | {"measure": {"name": "done"}}},
        {"name": "share", "type_params": {"measure": None, "numerator": {"name": "finished"},
                                          "denominator": {"name": "people"}}},
    ]  # fmt: skip
    model = {"node_relation": {"schema_name": "marts", "alias": "fct_b"}, "measures": measures}
    for name, content in {
        "manifest": {"nodes": nodes},
        "run_results": {"results": results},
        "semantic_manifest": {"semantic_models": [model], "metrics": metrics},
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    assert read_warnings(tmp_path) == [
        Warned("on_audit", "date_conflicts", 3, "audit.date_conflicts"),
        Warned("on_b", "fct_b", 2, "audit.row_accounting"),
    ]
    done = "sum(case when is_done then 1 else 0 end)"
    assert read_metrics(["finished", "share"], tmp_path) == {
        "finished": Metric("marts.fct_b", done),
        "share": Metric("marts.fct_b", f"{done} / nullif(count(distinct user_key), 0)"),
    }


def test_the_metrics_of_the_headline_are_the_ones_computed_here() -> None:
    assert METRICS.keys() == HEADLINE.keys()
