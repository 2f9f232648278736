"""dbt's tables equal the reference's on random institutions, row by row and column by column.

One `dbt` run builds all institutions at once: NOVOED_REFERENCE_SEEDS=FIRST:END (default 1:121) chooses them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from loader.warehouse.extraction_tables import write_extraction_tables
from reference.agreement import KEYS, Tables, differences, merged, tables_of
from reference.casting import UncastableError, cast
from reference.institution import Institution
from reference.records import WATCH_THRESHOLD
from reference.spelling import AS_OF
from reference.staging import KEYS as DATA_SETS
from reference.staging import METADATA, Row, kinds

ROOT = Path(__file__).parents[2]
TABLES = [f"staging.stg_novoed__{data_set}" for data_set in DATA_SETS] + list(KEYS)


@pytest.fixture(scope="module")
def institutions() -> list[Institution]:
    first, end = map(int, os.environ.get("NOVOED_REFERENCE_SEEDS", "1:121").split(":"))
    return [Institution(seed) for seed in range(first, end)]


@pytest.fixture(scope="module")
def expected(institutions: list[Institution]) -> Tables:
    return merged(tables_of(institution.rows) for institution in institutions)


@pytest.fixture(scope="module")
def built(
    institutions: list[Institution], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("reference")
    database = folder / "novoed.duckdb"
    write_raw(database, institutions)
    # With data tests: however odd the rows, they only warn
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "build",
        *("--exclude-resource-type", "unit_test"),
        *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
        *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        *("--vars", json.dumps({"as_of": f"{AS_OF.isoformat()}Z", "watch_threshold": float(WATCH_THRESHOLD)})),
    ]
    environment = os.environ | {"NOVOED_DATABASE": str(database), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, run.stdout[-6000:]
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def write_raw(database: Path, institutions: list[Institution]) -> None:
    """Schema `raw` as `novoed load` leaves it, without files or rejects on record."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw._files (data_set varchar, source_file varchar, sha256 varchar, byte_count bigint,"
            " row_count bigint, landed_row_count bigint, rejected_row_count bigint, loaded_at timestamp)"
        )
        connection.execute(
            "create table raw._rejects (data_set varchar, source_file varchar, source_row bigint, reason varchar,"
            " raw_text varchar, loaded_at timestamp)"
        )
        write_extraction_tables(connection, database.parent)
        for data_set in DATA_SETS:
            rows = [row for institution in institutions for row in institution.rows.get(data_set, [])]
            texts = dict.fromkeys([*kinds(data_set, set()), *(column for row in rows for column in row)])
            schema = pa.schema(
                [(column, pa.string()) for column in texts if column not in METADATA]
                + [("_source_file", pa.string()), ("_source_row", pa.int64()), ("_loaded_at", pa.timestamp("us"))]
            )
            # `raw` holds NULL where the file is empty
            blank = [{column: None if text == "" else text for column, text in row.items()} for row in rows]
            connection.register("arriving", pa.Table.from_pylist(blank, schema=schema))
            connection.execute(f"create table raw.{data_set} as from arriving")
            connection.unregister("arriving")


@pytest.mark.parametrize("table", TABLES)
def test_table_agrees(table: str, built: duckdb.DuckDBPyConnection, expected: Tables) -> None:
    schema, name = table.split(".")
    cursor = built.execute(f'from "{schema}"."{name}"')
    columns = [str(column[0]) for column in cursor.description or ()]
    found: list[Row] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    assert expected[table], "the reference has no row to compare"
    problems = differences(table, expected[table], columns, found)
    assert not problems, f"{len(problems)} differences\n" + "\n".join(problems)


def test_the_institutions_hold_every_odd_case(expected: Tables) -> None:
    """Agreement says little about a case that no institution has."""
    reasons = {row["reason"] for row in expected["audit.row_accounting"] if row["row_count"]}
    assert reasons == {
        *(
            "invalid_key",
            "deleted",
            "deleted_user",
            "excluded_user",
            "unknown_user",
            "sandbox_course",
            "unknown_course",
        ),
        *("deleted_activity", "unknown_activity", "deleted_page", "unknown_page", "superseded", "in_scope"),
    }
    requirements = expected["marts.fct_requirement_fulfillments"]
    assert {row["requirement_status"] for row in requirements} == {
        *("fulfilled_late", "fulfilled", "missed", "overdue", "in_progress", "not_started"),
    }
    assert {row["fulfillment_rule"] for row in requirements} == {
        *("submitted_once", "submission_target", "watched_or_submitted"),
    }
    assert any(row["is_fulfilled"] and row["fulfilled_at"] == row["deadline_at"] for row in requirements)
    assert any(0 < row["progress_ratio"] < 1 for row in requirements)
    assert any(row["deadline_at"] == AS_OF for row in requirements)
    enrollments = expected["marts.fct_enrollments"]
    assert {row["learner_status"] for row in enrollments} == {
        *("completed", "withdrawn", "removed", "auditing", "in_progress", "not_started"),
    }
    assert {row["completion_agreement"] for row in enrollments} == {
        *("no_requirements", "consistent", "completed_without_requirements", "requirements_met_not_completed"),
    }
    assert any(row["due_at"] and row["completed_at"] == row["due_at"] for row in enrollments)
    assert any(row["due_at"] == AS_OF for row in enrollments)
    assert any(not row["is_learner"] and row["points_received"] for row in enrollments)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("id", " +012 ", 12),
        ("count", "12.0", 12),
        ("decimal", ".5e1", Decimal(5)),
        ("boolean", "Y", True),
        ("visit_type", " first", "First"),
        ("text", " \t", None),
        ("timestamp", "2024-01-05", datetime(2024, 1, 5)),
        ("timestamp", "2024-01-05t10:00 utc", datetime(2024, 1, 5, 10)),
        ("timestamp", "2024-01-01 01:00:00.1234569 +0230", datetime(2023, 12, 31, 22, 30, 0, 123456)),
    ],
)
def test_spellings(kind: str, text: str, value: object) -> None:
    assert cast(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [("id", "12.0"), ("count", "12.5"), ("decimal", "nan"), ("boolean", "on"), ("timestamp", "2024-01-05T24:00:00")],
)
def test_uncastable(kind: str, text: str) -> None:
    with pytest.raises(UncastableError, match=kind):
        cast(kind, text)
