"""A loaded database, built without dbt: what publish looks at, computed from schema `raw` by the reference.

A twentieth of what a build takes, so that many institutions on many days can go through the gate.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from hand_built import GATE_VARS
from reference.audits import cast_failures, row_accounting, unknown_enumeration_values
from reference.completions import fct_course_completions
from reference.dimensions import dim_activities as all_activities
from reference.dimensions import dim_courses, dim_users, fct_activity_attempts, fct_lecture_page_views
from reference.enrollments import fct_enrollments
from reference.outstanding import fct_outstanding_requirements
from reference.settings import Settings
from reference.staging import KEYS, Row
from reference.world import World

_ID, _TEXT, _FLAG, _TIME, _SHARE = pa.int64(), pa.string(), pa.bool_(), pa.timestamp("us"), pa.float64()
_ORIGIN = {"_source_file": _TEXT, "_source_row": _ID, "_loaded_at": _TIME}
_ACTIVITY = {"activity_id": _TEXT, "activity_type": _TEXT}
_COUNTS = ("enrolled_learner_count", "completed_learner_count", "overdue_learner_count", "at_risk_learner_count")

_TABLES: dict[str, tuple[Callable[[World], list[Row]], dict[str, pa.DataType]]] = {
    "audit.row_accounting": (row_accounting, {"data_set": _TEXT, "reason": _TEXT, "row_count": _ID}),
    "audit.cast_failures": (
        cast_failures,
        {
            **{"data_set": _TEXT, "column_name": _TEXT, "value_text": _TEXT},
            **{"is_placeholder_date": _FLAG, "row_count": _ID},
        },
    ),
    "audit.unknown_enumeration_values": (
        unknown_enumeration_values,
        {"data_set": _TEXT, "column_name": _TEXT, "value_text": _TEXT, "row_count": _ID},
    ),
    "marts.dim_users": (dim_users, {"user_id": _ID, "institution_id": _ID}),
    "marts.dim_courses": (dim_courses, {"course_id": _ID, "course_title": _TEXT}),
    "marts.dim_activities": (all_activities, _ACTIVITY),
    "marts.fct_enrollments": (
        fct_enrollments,
        {
            **{"enrollment_id": _ID, "course_id": _ID, "is_enrolled_learner": _FLAG, "is_completed": _FLAG},
            **{"enrolled_at": _TIME, "completed_at": _TIME},
        },
    ),
    "marts.fct_activity_attempts": (fct_activity_attempts, {"user_id": _ID, **_ACTIVITY, "outcome_id": _TEXT}),
    "marts.fct_lecture_page_views": (fct_lecture_page_views, {"user_id": _ID, "lecture_page_id": _ID}),
    "marts.fct_course_completions": (
        fct_course_completions,
        {"course_id": _ID, **dict.fromkeys(_COUNTS, _ID), "completion_ratio": _SHARE},
    ),
    "marts.fct_outstanding_requirements": (fct_outstanding_requirements, {"course_id": _ID}),
}


def build(database: Path, as_of: datetime, project_version: str = "0.4.0", **settings: object) -> None:
    """Replaces what an earlier build made. `settings` are vars that are not at their default."""
    chosen = Settings(as_of, **settings)  # type: ignore[arg-type]
    with duckdb.connect(database) as connection:
        world = World({data_set: _raw(connection, data_set) for data_set in KEYS}, chosen)
        for schema in ("staging", "intermediate", "marts", "audit", "reference"):
            connection.execute(f"drop schema if exists {schema} cascade; create schema {schema}")
        for data_set, staged in world.staged.items():
            _write(connection, f"staging.stg_novoed__{data_set}", staged.rows, {"updated_at": _TIME, **_ORIGIN})
            scoped = [row | {"scope_reason": world.reason(data_set, row)} for row in staged.rows]
            own = {"enrollment_id": _ID} if data_set == "enrollments" else {}
            _write(connection, f"intermediate.int_{data_set}_scoped", scoped, own | {"scope_reason": _TEXT, **_ORIGIN})
        for table, (rows, types) in _TABLES.items():
            _write(connection, table, rows(world), types)
        newest = "select max(updated_at) from staging.stg_novoed__"
        connection.execute(
            "create table audit.freshness as from (values"
            f" ('enrollments', ({newest}enrollments)), ('user_activities', ({newest}user_activities)))"
            " as known (data_set, newest_updated_at)"
        )
        connection.execute(
            "create table if not exists raw._extraction_intervals"
            " (data_set varchar, kind varchar, updated_after timestamp, updated_until timestamp)"
        )
        connection.execute("create table audit.extraction_coverage as from raw._extraction_intervals")
        connection.execute(
            "create table reference.build_record as select $now as started_at, $now as finished_at, $as_of as as_of,"
            " $vars as vars, $version as project_version, 'success' as result, cast([] as varchar[]) as failed_nodes,"
            " cast([] as varchar[]) as left_out, count(*) as loaded_file_count, max(loaded_at) as newest_loaded_at"
            " from raw._files",
            {
                "now": datetime.now(UTC).replace(tzinfo=None),
                "as_of": as_of,
                "vars": json.dumps(chosen.dbt_vars() | GATE_VARS),
                "version": project_version,
            },
        )


def _raw(connection: duckdb.DuckDBPyConnection, data_set: str) -> list[Row]:
    rows: list[Row] = connection.execute(f"from raw.{data_set}").to_arrow_table().to_pylist()
    return rows


def _write(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row], types: dict[str, pa.DataType]) -> None:
    arriving = pa.Table.from_pylist([{column: row[column] for column in types} for row in rows], pa.schema(types))
    connection.register("arriving", arriving)
    connection.execute(f"create table {table} as from arriving")
    connection.unregister("arriving")
