"""A database as load and `dbt build` leave it, made by hand: as little as publish looks at."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from loader.catalog import DATA_SETS
from loader.warehouse.database import open_database
from loader.warehouse.raw import make_raw_tables

GATE_VARS = {
    "gate_max_stale_days": 14,
    "gate_max_unreadable_ratio": 0.05,
    "gate_max_rejected_ratio": 0.01,
    "gate_max_unmatched_ratio": 0.05,
    "gate_max_lost_row_ratio": 0.2,
    "gate_max_moved_ratio": 0.15,
    "gate_max_reopened_ratio": 0.02,
    "gate_max_rewritten_ratio": 0.05,
    "gate_min_count": 20,
}

_MARTS = """
    create table marts.dim_users as
        select n as user_id, 1 as institution_id, '1:' || n as user_key, n || '@x.example' as email
        from range($people) as t (n);
    create table marts.dim_courses as select n as course_id from range(10) as t (n);
    create table marts.dim_activities as
        select 'a' || n as activity_id, 'Quiz' as activity_type, 'Quiz:a' || n as activity_key
        from range(10) as t (n);
    create table marts.fct_enrollments as select
        n as enrollment_id, n as user_id, 1 as institution_id, '1:' || n as user_key, n % 10 as course_id,
        true as is_enrolled_learner, n % 2 = 0 as is_completed,
        timestamp '2026-01-01 08:00:00' as enrolled_at,
        case when n % 2 = 0 then timestamp '2026-01-20 08:00:00' end as completed_at
    from range($people) as t (n);
    create table marts.fct_activity_attempts as select
        n as user_id, 'a1' as activity_id, 'Quiz' as activity_type, nullif('o' || n % 3, 'o0') as outcome_id
    from range($people) as t (n);
    create table marts.fct_lecture_page_views as select n as user_id, 7 as lecture_page_id from range($people) as t (n);
"""


def make_warehouse(path: Path, people: int = 400) -> None:
    """Everybody is enrolled, every second one is completed; every data set has `people` rows, all of them in scope."""
    path.write_bytes(_warehouse(people))


@cache
def _warehouse(people: int) -> bytes:
    """The file, which is long to make and quick to copy."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "novoed.duckdb")
        _make_warehouse(path, people)
        return path.read_bytes()


def _make_warehouse(path: Path, people: int) -> None:
    with open_database(path) as connection:
        make_raw_tables(connection)
        for schema in ("staging", "intermediate", "marts", "audit", "reference"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table raw._extraction_intervals"
            " (data_set varchar, kind varchar, updated_after timestamp, updated_until timestamp)"
        )
        for name in DATA_SETS:
            _fill(connection, name, people)
        connection.execute("create table audit.extraction_coverage as from raw._extraction_intervals")
        connection.execute(
            "create table audit.row_accounting as select data_set, 'in_scope' as reason, row_count::bigint as row_count"
            " from raw._files"
        )
        connection.execute(
            "create table audit.cast_failures (data_set varchar, column_name varchar, value_text varchar,"
            " is_placeholder_date boolean, row_count bigint)"
        )
        connection.execute(
            "create table audit.unknown_enumeration_values (data_set varchar, column_name varchar, value_text varchar,"
            " row_count bigint)"
        )
        connection.execute(
            "create table audit.freshness as select data_set, row_count, timestamp '2026-01-30 00:00:00' as"
            " newest_updated_at, loaded_at as newest_loaded_at, null::timestamp as covered_until, 1 as file_count"
            " from raw._files"
        )
        connection.execute(_MARTS.replace("$people", str(people)))
        connection.execute(
            "create table reference.build_record as select"
            " timestamp '2026-01-31 09:00:00' as started_at, timestamp '2026-01-31 09:01:00' as finished_at,"
            " timestamp '2026-01-31 09:00:00' as as_of, ? as vars, '0.4.0' as project_version, 'success' as result,"
            " cast([] as varchar[]) as failed_nodes, cast([] as varchar[]) as left_out,"
            " count(*) as loaded_file_count, max(loaded_at) as newest_loaded_at from raw._files",
            [json.dumps({"as_of": "", "watch_threshold": 1.0} | GATE_VARS)],
        )


def _fill(connection: duckdb.DuckDBPyConnection, name: str, people: int) -> None:
    """One file of a data set, `people` rows of it in raw and staging, every cell of raw `1`."""
    columns = list(DATA_SETS[name].columns)
    file = f"{name}/a.csv"
    cells = ", ".join(f"'1' as {column}" for column in columns)
    origin = f"'{file}' as _source_file, n + 1 as _source_row, timestamp '2026-01-31 08:00:00' as _loaded_at"
    connection.execute(f"insert into raw.{name} by name select {cells}, {origin} from range({people}) as t (n)")
    connection.execute(
        f"create table staging.stg_novoed__{name} as"
        f" select timestamp '2026-01-30 00:00:00' as updated_at, {origin} from range({people}) as t (n)"
    )
    connection.execute(
        f"create table intermediate.int_{name}_scoped as"
        f" select n as enrollment_id, 'in_scope' as scope_reason, {origin} from range({people}) as t (n)"
    )
    connection.execute(
        "insert into raw._files by name select ? as data_set, ? as source_file, ? as row_count,"
        " row_count as landed_row_count, 0 as rejected_row_count, timestamp '2026-01-31 08:00:00' as loaded_at,"
        " ? as header",
        [name, file, people, columns],
    )


def change(database: Path, *statements: str) -> None:
    """Changes the database as another load and build would."""
    with duckdb.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    """The rows of a query of any database file."""
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()
