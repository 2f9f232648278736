"""What the gate holds back, what it lets through, and what it remembers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from hand_built import change, make_warehouse, query
from loader.errors import HeldBack, UsageError
from publisher.finding import REASONS
from publisher.publish import publish
from publisher.rollback import put_back

PEOPLE = 400


@dataclass(frozen=True)
class Case:
    """A change of the database that is held back, one just below its limit, and what is said and remembered of it."""

    reason: str
    subject: str
    column: str | None
    above: tuple[str, ...]
    below: tuple[str, ...]
    share: float
    count: int
    text: str


def account(data_set: str, reason: str, count: int) -> tuple[str, ...]:
    """So many rows of a data set go elsewhere than into the marts."""
    return (
        f"update audit.row_accounting set row_count = row_count - {count}"
        f" where data_set = '{data_set}' and reason = 'in_scope'",
        f"insert into audit.row_accounting values ('{data_set}', '{reason}', {count})",
        f"update intermediate.int_{data_set}_scoped set scope_reason = '{reason}' where _source_row in (select"
        f" _source_row from intermediate.int_{data_set}_scoped where scope_reason = 'in_scope' order by 1"
        f" limit {count})",
    )


def unreadable(data_set: str, column: str, value: str, count: int, is_placeholder: bool = False) -> tuple[str, ...]:
    return (
        f"update raw.{data_set} set {column} = '{value}' where _source_row <= {count}",
        f"insert into audit.cast_failures values ('{data_set}', '{column}', '{value}', {is_placeholder}, {count})",
    )


def unknown(data_set: str, column: str, count: int) -> tuple[str, ...]:
    return (
        f"update raw.{data_set} set {column} = ' Sus\u200bpended ' where _source_row <= {count}",
        f"insert into audit.unknown_enumeration_values values ('{data_set}', '{column}', 'Suspended', {count})",
    )


def lost(mart: str, key: str, kept: int) -> tuple[str, ...]:
    return (f"delete from marts.{mart} where {key} >= {kept}",)


def completed(count: int, taken_back: int = 0) -> tuple[str, ...]:
    """So many of the 200 who are not completed are now, and the first `taken_back` of the 200 who are no longer."""
    return (
        "update marts.fct_enrollments set is_completed = true, completed_at = timestamp '2026-01-30 08:00:00'"
        f" where enrollment_id % 2 = 1 and enrollment_id < {2 * count}",
        "update marts.fct_enrollments set is_completed = false, completed_at = null"
        f" where enrollment_id % 2 = 0 and enrollment_id < {2 * taken_back}",
    )


def header(data_set: str, *dropped: str) -> tuple[str, ...]:
    """The data set's file was replaced by one that lacks columns."""
    return tuple(
        "update raw._files set replaced_columns = list_distinct(list_concat(header, replaced_columns)),"
        f" header = list_filter(header, lambda name: name <> '{name}') where data_set = '{data_set}'"
        for name in dropped
    )


ENROLLMENTS = "marts.fct_enrollments"
GAP = (
    "insert into raw._extraction_intervals values"
    " ('{}', 'gap', timestamp '2026-01-01 00:00:00', timestamp '2026-01-03 12:00:00')"
)
STALE = "update staging.stg_novoed__enrollments set updated_at = timestamp '{}'"

CASES = [
    Case(
        "empty_data_set", "users", None,
        account("users", "invalid_key", PEOPLE), account("users", "invalid_key", PEOPLE - 1), 1, PEOPLE,
        "users: none of 400 rows is in scope (the published file: 400), e.g. because of invalid_key;",
    ),
    Case(
        "empty_data_set", "user_org_roles", None,
        ("delete from audit.row_accounting where data_set = 'user_org_roles'",
         "insert into audit.row_accounting values ('user_org_roles', 'in_scope', 0)"),
        account("user_org_roles", "deleted", PEOPLE - 1), 1, 0,
        "user_org_roles: there is not one row (the published file: 400)",
    ),
    Case(
        "incomplete_data_set", "courses", None, (GAP.format("courses"),), (GAP.format("lecture_pages"),), 2.5, 1,
        "courses: 1 gap(s), 2.5 days in all, in what was extracted, e.g. 2026-01-01 00:00 to 2026-01-03 12:00 UTC;",
    ),
    Case(
        "incomplete_data_set", "enrollments", "record_updated_date",
        (STALE.format("2026-01-15 12:00:00"),), (STALE.format("2026-01-16 00:00:00"),), 14.5, 0,
        "enrollments: what is known of it ends 14.5 days (at most 14) before user_activities",
    ),
    Case(
        "missing_column", "users", "bio", header("users", "bio"),
        (*header("users", "bio"), "update raw._files set replaced_columns = null"), 1, PEOPLE,
        "users.bio: the latest file, users/a.csv (400 records), lacks it, e.g. users/a.csv before it was replaced has",
    ),
    Case(
        "missing_column", "courses", "end_date",
        (*header("courses", "end_date"), "update raw._files set replaced_columns = null"),
        (*header("courses", "end_date"), "update raw._files set replaced_columns = null",
         "delete from raw.courses"), 1, PEOPLE,
        "courses.end_date: none of 1 file(s) has it, e.g. courses/a.csv, and figures need it",
    ),
    Case(
        "unreadable_values", "users", "created_date",
        unreadable("users", "created_date", "1/31/2024 10:00", 21),
        unreadable("users", "created_date", "1/31/2024 10:00", 20), 21 / 400, 21,
        "users.created_date: 21 of 400 (5.25%; at most 5%) values could not be read, e.g. `1/31/2024 10:00`; the file"
        " was probably saved by a spreadsheet: add `timestamp_formats` or fetch it again",
    ),
    Case(
        "unreadable_values", "users", "user_id",
        ("delete from staging.stg_novoed__users where _source_row <= 30",
         *unreadable("users", "user_id", "2.4E+05", 30)),
        unreadable("users", "user_id", "2.4E+05", 20), 30 / 400, 30,
        "users.user_id: 30 of 400 (7.5%; at most 5%) values could not be read, e.g. `2.4E+05`; a spreadsheet has cut",
    ),
    Case(
        "unreadable_values", "enrollments", "enrollment_status",
        unknown("enrollments", "enrollment_status", 21), unknown("enrollments", "enrollment_status", 20), 21 / 400, 21,
        "enrollments.enrollment_status: 21 of 400 (5.25%; at most 5%) values are none of the platform's, e.g."
        " `Suspended`; look at audit.unknown_enumeration_values",
    ),
    Case(
        "rejected_records", "courses", None,
        ("update raw._files set row_count = 2000, rejected_row_count = 21 where data_set = 'courses'",
         "insert into raw._rejects values ('courses', 'courses/a.csv', 7, 'too many fields', 'x', null)"),
        ("update raw._files set row_count = 2000, rejected_row_count = 20 where data_set = 'courses'",), 21 / 2000, 21,
        "courses: 21 of 2,000 (1.05%; at most 1%) records were rejected, e.g. record 7 of courses/a.csv (too many",
    ),
    Case(
        "unmatched_rows", "enrollments", None,
        (*account("enrollments", "deleted", 20), *account("enrollments", "unknown_course", 15),
         *account("enrollments", "unknown_user", 5)),
        (*account("enrollments", "unknown_course", 15), *account("enrollments", "unknown_user", 5)), 20 / 380, 20,
        "enrollments: 20 of 380 (5.26%; at most 5%) rows point to what is not there, most of them unknown_course, e.g.",
    ),
    Case(
        "lost_rows", "dim_users", None, lost("dim_users", "user_id", 319), lost("dim_users", "user_id", 320),
        81 / 400, 81,
        "dim_users: 81 of 400 (20.25%; at most 20%) published rows are gone, e.g. user_id:institution_id 319:1;",
    ),
    Case(
        "lost_rows", "fct_activity_attempts", None,
        ("update marts.fct_activity_attempts set outcome_id = 'other' where outcome_id is null and user_id < 243",),
        ("update marts.fct_activity_attempts set outcome_id = 'other' where outcome_id is null and user_id < 240",),
        81 / 400, 81, "published rows are gone, e.g. user_id:activity_id:activity_type:outcome_id",
    ),
    Case(
        "moved_ratio", "fct_enrollments", "is_completed", completed(61), completed(60), 61 / 400, 61,
        "fct_enrollments.is_completed: 261 of 400 enrolled learners in both files are completed (65.25%), before 200"
        " (50%); it moved by 15.25% (at most 15%), e.g. enrollment 1;",
    ),
    Case(
        "rewritten_dates", "fct_enrollments", "enrolled_at",
        (f"update {ENROLLMENTS} set enrolled_at = enrolled_at + interval 1 second where enrollment_id < 20",
         f"update {ENROLLMENTS} set enrolled_at = null where enrollment_id = 20"),
        (f"update {ENROLLMENTS} set enrolled_at = enrolled_at + interval 999 millisecond",
         f"update {ENROLLMENTS} set enrolled_at = null where enrollment_id < 20"), 21 / 400, 21,
        "21 of 400 (5.25%; at most 5%) enrollments in both files have another date or none, e.g. enrollment 0:"
        " 2026-01-01 08:00:00, now 2026-01-01 08:00:01;",
    ),
    Case(
        "rewritten_dates", "fct_enrollments", "completed_at",
        (f"update {ENROLLMENTS} set completed_at = completed_at - interval 1 day where enrollment_id < 40",),
        (f"update {ENROLLMENTS} set completed_at = completed_at - interval 1 day where enrollment_id < 38",),
        20 / 200, 20, "20 of 200 (10%; at most 5%) completions in both files have another date or none",
    ),
]  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    make_warehouse(path, PEOPLE)
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "published" / "out.duckdb"


def remembered(target: Path) -> list[tuple[object, ...]]:
    return query(target, "select reason, subject, column_name, share, row_count from audit.gate_findings order by all")


def reasons_that_hold_back(database: Path, target: Path, *accept: str) -> list[str]:
    """The reasons of a publish; none where it goes through. What is published must stay where it does not."""
    before = target.read_bytes() if target.exists() else None
    try:
        publish(database, target, accept=accept)
    except HeldBack as held:
        assert (target.read_bytes() if target.exists() else None) == before
        assert sorted(path.name for path in target.parent.iterdir() if not path.name.startswith(".")) == (
            [target.name] if before is not None else []
        )
        return list(held.reasons)
    return []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason}-{case.subject}-{case.column}")
def test_what_is_not_plausible_is_held_back_until_it_is_accepted(database: Path, target: Path, case: Case) -> None:
    publish(database, target)
    assert remembered(target) == []
    change(database, *case.above)
    before = target.read_bytes()
    with pytest.raises(HeldBack, match=re.escape(case.text)) as held:
        publish(database, target, accept=[reason for reason in REASONS if reason != case.reason])
    assert target.read_bytes() == before
    assert held.value.reasons == (case.reason,)
    assert f"({case.reason}).\nMend the data" in str(held.value)
    assert f'--accept {case.reason} (make ACCEPT="{case.reason}")' in str(held.value)
    publish(database, target, accept=[case.reason])
    assert remembered(target) == [(case.reason, case.subject, case.column, pytest.approx(case.share), case.count)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason}-{case.subject}-{case.column}")
def test_what_lies_just_within_its_limit_passes(database: Path, target: Path, case: Case) -> None:
    publish(database, target)
    change(database, *case.below)
    assert reasons_that_hold_back(database, target) == []
    assert remembered(target) == []


def test_completions_that_are_taken_back(database: Path, target: Path) -> None:
    publish(database, target)
    change(
        database,
        "update reference.build_record set vars = replace(vars, '\"gate_max_reopened_ratio\": 0.02',"
        " '\"gate_max_reopened_ratio\": 0.1')",
        *completed(0, taken_back=20),
    )
    assert reasons_that_hold_back(database, target) == []  # 20 of 200
    make_again = completed(0, taken_back=41)
    change(database, *make_again)  # 21 more of the 180
    with pytest.raises(HeldBack, match=r"completed_at: 21 of 180 \(11\.67%; at most 10%\) completed learners are not"):
        publish(database, target)
    publish(database, target, accept=["moved_ratio"])
    assert remembered(target) == [("moved_ratio", "fct_enrollments", "completed_at", pytest.approx(21 / 180), 21)]


@pytest.mark.parametrize(("count", "total", "is_held"), [(2, 3, False), (3, 5, True), (3, 6, False), (19, 40, False)])
def test_a_handful_counts_only_where_it_is_more_than_half(
    tmp_path: Path, target: Path, count: int, total: int, is_held: bool
) -> None:
    database = tmp_path / "small.duckdb"
    make_warehouse(database, total)
    publish(database, target)
    change(database, f"delete from marts.dim_users where user_id < {count}")
    assert reasons_that_hold_back(database, target) == (["lost_rows"] if is_held else [])


def test_the_least_number_of_rows_is_that_of_the_build(database: Path, target: Path) -> None:
    change(
        database,
        "update reference.build_record set vars = replace(vars, '\"gate_min_count\": 20', '\"gate_min_count\": 22')",
        *unreadable("users", "created_date", "?", 21),
    )
    assert reasons_that_hold_back(database, target) == []


def test_the_first_publication_is_judged_by_itself(database: Path, target: Path) -> None:
    change(database, *unreadable("users", "created_date", "?", 100), *lost("dim_users", "user_id", 0))
    assert reasons_that_hold_back(database, target) == ["unreadable_values"]
    assert not target.exists()


def test_nothing_is_published_where_nothing_was_loaded(tmp_path: Path, target: Path) -> None:
    database = tmp_path / "empty.duckdb"
    make_warehouse(database, 0)
    change(database, "delete from raw._files", "update reference.build_record set loaded_file_count = 0,"
                     " newest_loaded_at = null")  # fmt: skip
    with pytest.raises(HeldBack) as held:
        publish(database, target)
    assert held.value.reasons == ("empty_data_set",)
    for data_set in ("users", "courses", "enrollments"):
        assert f"  {data_set}: there is not one row, e.g. because no file of it was loaded;" in str(held.value)
    assert not target.exists()


def test_attributes_that_are_nobodys_hold_back_and_their_columns_do_not(database: Path, target: Path) -> None:
    insert = "insert into raw._files by name select 'user_attributes' as data_set, 'user_attributes/hr.csv' as"
    change(
        database,
        f"{insert} source_file, 3 as row_count, 3 as landed_row_count, 0 as rejected_row_count,"
        " timestamp '2026-01-31 08:00:00' as loaded_at, ['external_id', 'department'] as header,"
        " ['external_id', 'department', 'country'] as replaced_columns",
        "update reference.build_record set loaded_file_count = loaded_file_count + 1",
        "insert into audit.row_accounting values ('user_attributes', 'in_scope', 1), ('user_attributes',"
        " 'unmatched_user', 2)",
    )
    assert reasons_that_hold_back(database, target) == []
    change(database, "update audit.row_accounting set row_count = 0 where data_set = 'user_attributes' and reason ="
                     " 'in_scope'")  # fmt: skip
    with pytest.raises(HeldBack, match=r"user_attributes: none of 2 rows is in scope.*because of unmatched_user"):
        publish(database, target)


def test_an_example_cannot_steer_the_terminal(database: Path, target: Path) -> None:
    change(database, *unreadable("users", "created_date", "x\x1b[2J\ty" + "z" * 40, 400))
    with pytest.raises(HeldBack, match=f"e.g. `x \\[2J y{'z' * 33}…`; the file"):
        publish(database, target)


def test_a_placeholder_is_no_unreadable_value(database: Path, target: Path) -> None:
    change(database, *unreadable("users", "created_date", "1970-01-01", 400, is_placeholder=True))
    assert reasons_that_hold_back(database, target) == []


def test_only_the_latest_versions_are_judged_but_all_rows_of_a_key(database: Path, target: Path) -> None:
    """300 older versions cannot be read, and leave the share of the 100 latest at 0."""
    change(
        database,
        *(f"delete from staging.stg_novoed__{name} where _source_row <= 300" for name in ("users", "courses")),
        *unreadable("users", "created_date", "?", 300),
        *unreadable("courses", "course_id", "?", 300),
    )
    with pytest.raises(HeldBack, match=r"courses\.course_id: 300 of 400") as held:
        publish(database, target)
    assert "users.created_date" not in str(held.value)


def test_blanks_are_no_values(database: Path, target: Path) -> None:
    change(database, "update raw.users set created_date = ' \u3000' where _source_row > 30",
           *unreadable("users", "created_date", "?", 20))  # fmt: skip
    with pytest.raises(HeldBack, match=r"users\.created_date: 20 of 30 \("):
        publish(database, target)


def test_rows_of_the_future_do_not_make_a_data_set_new(database: Path, target: Path) -> None:
    change(
        database,
        STALE.format("2026-01-10 00:00:00"),
        "update staging.stg_novoed__enrollments set updated_at = timestamp '2026-02-10 00:00:00' where _source_row = 1",
    )
    with pytest.raises(HeldBack, match=r"enrollments: what is known of it ends 20\.0 days"):
        publish(database, target)
    change(
        database,
        "insert into raw._extraction_intervals values"
        " ('enrollments', 'covered', timestamp '2026-01-01', timestamp '2026-01-29')",
    )
    assert reasons_that_hold_back(database, target) == []


def test_a_data_set_of_which_nothing_is_known_is_not_stale(database: Path, target: Path) -> None:
    change(
        database,
        "delete from staging.stg_novoed__user_activities",
        "delete from raw.user_activities",
        "update audit.row_accounting set row_count = 0 where data_set = 'user_activities'",
        STALE.format("2020-01-01 00:00:00"),
    )
    assert reasons_that_hold_back(database, target) == []


def test_the_latest_file_is_told_by_its_load_then_by_its_name(database: Path, target: Path) -> None:
    add = (
        "insert into raw._files by name select 'users' as data_set, 'users/{}.csv' as source_file, 9 as row_count,"
        " 0 as rejected_row_count, timestamp '{}' as loaded_at, ['user_id', 'institution_id'] as header"
    )
    refresh = (
        "update reference.build_record set loaded_file_count = (select count(*) from raw._files),"
        " newest_loaded_at = (select max(loaded_at) from raw._files)"
    )
    change(database, add.format("0", "2026-01-31 08:00:00"), refresh)
    assert reasons_that_hold_back(database, target) == []
    change(database, add.format("b", "2026-01-31 08:00:00"), refresh)
    with pytest.raises(
        HeldBack, match=r"users\.email_address: the latest file, users/b\.csv .* e\.g\. users/a\.csv has it"
    ):
        publish(database, target)


def test_what_was_accepted_stays_quiet_until_it_is_a_quarter_larger(database: Path, target: Path) -> None:
    publish(database, target)
    change(database, *account("enrollments", "unknown_course", 40))
    assert reasons_that_hold_back(database, target, "unmatched_rows") == []
    [(accepted_at,)] = query(target, "select accepted_at from audit.gate_findings")
    change(database, *account("enrollments", "unknown_user", 9))  # 49 of 400 is less than 1.25 times 40 of 400
    assert reasons_that_hold_back(database, target) == []
    assert remembered(target) == [("unmatched_rows", "enrollments", None, 0.1, 40)]
    assert query(target, "select accepted_at from audit.gate_findings") == [(accepted_at,)]
    change(database, *account("enrollments", "unknown_user", 1))
    assert reasons_that_hold_back(database, target) == ["unmatched_rows"]
    assert reasons_that_hold_back(database, target, "unmatched_rows") == []
    assert remembered(target) == [("unmatched_rows", "enrollments", None, 0.125, 50)]


def test_what_was_accepted_is_forgotten_once_it_is_gone(database: Path, target: Path) -> None:
    change(database, GAP.format("users"))
    assert reasons_that_hold_back(database, target, "incomplete_data_set") == []
    assert reasons_that_hold_back(database, target) == []
    change(database, "delete from raw._extraction_intervals")
    assert reasons_that_hold_back(database, target) == []
    assert remembered(target) == []
    change(database, GAP.format("users"))
    assert reasons_that_hold_back(database, target) == ["incomplete_data_set"]


def test_only_the_findings_of_an_accepted_reason_are_let_through(database: Path, target: Path) -> None:
    publish(database, target)
    change(database, GAP.format("users"), *lost("dim_users", "user_id", 100))
    assert reasons_that_hold_back(database, target) == ["incomplete_data_set", "lost_rows"]
    assert reasons_that_hold_back(database, target, "lost_rows") == ["incomplete_data_set"]
    assert reasons_that_hold_back(database, target, "lost_rows", "incomplete_data_set", "moved_ratio") == []
    assert [reason for reason, *_ in remembered(target)] == ["incomplete_data_set", "lost_rows"]


def test_after_a_rollback_nothing_is_published_unasked(database: Path, target: Path) -> None:
    publish(database, target)
    publish(database, target)
    for _ in range(2):
        put_back(target)
        assert reasons_that_hold_back(database, target) == ["rolled_back"]
    publish(database, target, accept=["rolled_back"])
    assert remembered(target) == []
    newest = "select accepted_reasons from audit.publication order by published_at desc limit 1"
    assert query(target, newest) == [("rolled_back",)]
    assert reasons_that_hold_back(database, target) == []


def test_an_unknown_reason_is_wrong_usage(database: Path, target: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no reason lost_row to accept; there are empty_data_set, "):
        publish(database, target, accept=["lost_rows", "lost_row"])
    assert not target.exists()


def test_a_file_of_an_older_version_is_compared_by_what_it_has(database: Path, target: Path) -> None:
    publish(database, target)
    change(
        target,
        *(f"drop table audit.{name}" for name in ("gate_findings", "row_accounting")),
        "drop table marts.dim_courses",
        "alter table marts.fct_enrollments drop column is_enrolled_learner",
        "alter table marts.fct_enrollments drop column enrolled_at",
    )
    change(
        database,
        "update reference.build_record set project_version = '0.5.0'",
        *lost("dim_users", "user_id", 100),
        *completed(200),
    )
    with pytest.raises(HeldBack, match=r"\n  The published file [^\n]*: dim_users: 300 of 400") as held:
        publish(database, target)
    assert held.value.reasons == ("lost_rows",)


def new_cohort(database: Path) -> None:
    """A 20-person academy doubles."""
    change(
        database,
        "insert into marts.dim_users select user_id + 20, 1, '1:' || user_id + 20, email from marts.dim_users",
        "insert into marts.fct_enrollments select enrollment_id + 20, user_id + 20, 1, '1:' || user_id + 20, course_id,"
        " true, false, timestamp '2026-01-30', null from marts.fct_enrollments",
        "update audit.row_accounting set row_count = 40 where data_set in ('users', 'enrollments')",
    )


def end_of_term(database: Path) -> None:
    """A tenth more completes, and some leave."""
    change(
        database,
        *completed(40),
        "update marts.fct_enrollments set is_enrolled_learner = false where enrollment_id % 10 = 3",
    )


def first_week(database: Path) -> None:
    """Nobody has tried anything yet."""
    change(
        database,
        *(f"delete from marts.{mart}" for mart in ("fct_activity_attempts", "fct_lecture_page_views")),
        *(f"delete from {schema}user_activities" for schema in ("raw.", "staging.stg_novoed__")),
        "update audit.row_accounting set row_count = 0 where data_set in ('user_activities', 'lecture_page_views')",
        "delete from raw.lecture_page_views",
    )


def test_a_new_cohort_passes(tmp_path: Path, target: Path) -> None:
    database = tmp_path / "academy.duckdb"
    make_warehouse(database, 20)
    publish(database, target)
    new_cohort(database)
    assert reasons_that_hold_back(database, target) == []


def test_the_end_of_a_term_passes(database: Path, target: Path) -> None:
    publish(database, target)
    end_of_term(database)
    assert reasons_that_hold_back(database, target) == []


def test_a_first_week_without_attempts_passes(database: Path, target: Path) -> None:
    first_week(database)
    assert reasons_that_hold_back(database, target) == []


def test_a_course_that_the_platform_deletes_is_held_once_accepted_once_and_quiet_after(
    database: Path, target: Path
) -> None:
    publish(database, target)
    change(
        database,
        "delete from marts.fct_enrollments where course_id < 2 or enrollment_id = 399",
        "delete from marts.dim_courses where course_id < 2",
    )
    assert reasons_that_hold_back(database, target) == ["lost_rows"]
    assert reasons_that_hold_back(database, target, "lost_rows") == []
    assert reasons_that_hold_back(database, target) == []
    assert remembered(target) == []


def test_dates_that_can_be_read_now_pass(database: Path, target: Path) -> None:
    """A `timestamp_formats` was added."""
    change(database, "update marts.fct_enrollments set enrolled_at = null")
    publish(database, target)
    change(
        database,
        "update marts.fct_enrollments set enrolled_at = timestamp '2026-01-01 08:00:00'",
        "update reference.build_record set vars = replace(vars, '1.0', '0.9'), project_version = '0.5.0'",
    )
    assert reasons_that_hold_back(database, target) == []
