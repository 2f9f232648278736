"""dbt's tables equal the reference's on random institutions, row by row and column by column.

One `dbt` run builds all institutions at once: NOVOED_REFERENCE_SEEDS=FIRST:END (default 1:121) chooses them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from loader.warehouse.extraction_tables import write_extraction_tables
from reference.agreement import TABLES, Tables, differences, merged, tables_of
from reference.casting import UncastableError, cast
from reference.institution import Institution
from reference.settings import CHOICES, Settings
from reference.staging import KEYS as DATA_SETS
from reference.staging import METADATA, Row, kinds
from reference.world import World

ROOT = Path(__file__).parents[2]
TABLE_NAMES = [f"staging.stg_novoed__{data_set}" for data_set in DATA_SETS] + list(TABLES)

NOT_COMPUTED = {
    "audit.date_conflicts", "audit.extraction_coverage", "audit.repeated_enrollments",
    "audit.unknown_enumeration_values",
    "marts.fct_completion_agreement", "marts.fct_learner_active_days", "marts.fct_outstanding_requirements",
    "marts.fct_question_items",
    "marts.fct_question_options", "marts.fct_question_responses", "marts.fct_time_to_complete",
}  # fmt: skip
"""Public tables that the reference does not compute yet; to become empty."""
NOT_YET = set(TABLE_NAMES)
"""Tables whose rules are being rewritten, so that the two sides need not agree; to become empty."""


@pytest.fixture(scope="module")
def institutions() -> list[Institution]:
    first, end = map(int, os.environ.get("NOVOED_REFERENCE_SEEDS", "1:121").split(":"))
    return [Institution(seed) for seed in range(first, end)]


@pytest.fixture(scope="module")
def expected(institutions: list[Institution]) -> dict[Settings, Tables]:
    return {
        settings: merged(tables_of(World(one.rows, settings)) for one in institutions if one.settings == settings)
        for settings in CHOICES
    }


@dataclass(frozen=True)
class Build:
    """What dbt has built under one choice of settings."""

    folder: Path
    connection: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def builds(
    institutions: list[Institution], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Settings, Build]]:
    folders = {settings: tmp_path_factory.mktemp("reference") for settings in CHOICES}
    runs = {}
    for settings, folder in folders.items():
        write_raw(folder / "novoed.duckdb", [one for one in institutions if one.settings == settings])
        runs[settings] = start_dbt(folder, settings)
    for run in runs.values():
        output, _ = run.communicate(timeout=600)
        assert run.returncode == 0, output[-6000:]
    opened = {settings: duckdb.connect(str(folder / "novoed.duckdb")) for settings, folder in folders.items()}
    yield {settings: Build(folders[settings], opened[settings]) for settings in CHOICES}
    for connection in opened.values():
        connection.close()


def start_dbt(folder: Path, settings: Settings) -> subprocess.Popen[str]:
    """The build under these settings, running. With data tests: however odd the rows, they only warn."""
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "build",
        *("--exclude-resource-type", "unit_test"),
        *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
        *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        *("--vars", json.dumps(settings.dbt_vars())),
    ]
    environment = os.environ | {
        "NOVOED_DATABASE": str(folder / "novoed.duckdb"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    return subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


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
            texts = dict.fromkeys([*kinds(data_set), *(column for row in rows for column in row)])
            schema = pa.schema(
                [(column, pa.string()) for column in texts if column not in METADATA]
                + [("_source_file", pa.string()), ("_source_row", pa.int64()), ("_loaded_at", pa.timestamp("us"))]
            )
            # `raw` holds NULL where the file is empty
            blank = [{column: None if text == "" else text for column, text in row.items()} for row in rows]
            connection.register("arriving", pa.Table.from_pylist(blank, schema=schema))
            connection.execute(f"create table raw.{data_set} as from arriving")
            connection.unregister("arriving")


@pytest.mark.parametrize("settings", CHOICES, ids=lambda settings: f"as_of={settings.as_of:%Y-%m-%d}")
@pytest.mark.parametrize(
    "table",
    [pytest.param(name, marks=[pytest.mark.xfail] if name in NOT_YET else []) for name in TABLE_NAMES],
)
def test_table_agrees(
    table: str, settings: Settings, builds: dict[Settings, Build], expected: dict[Settings, Tables]
) -> None:
    schema, name = table.split(".")
    cursor = builds[settings].connection.execute(f'from "{schema}"."{name}"')
    columns = [str(column[0]) for column in cursor.description or ()]
    found: list[Row] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    rows = expected[settings][table]
    assert rows, "the reference has no row to compare"
    problems = differences(table, rows, columns, found)
    assert not problems, f"{len(problems)} differences\n" + "\n".join(problems)


def test_every_public_table_is_computed_a_second_time(builds: dict[Settings, Build]) -> None:
    manifest = json.loads((builds[CHOICES[0]].folder / "target" / "manifest.json").read_text())
    public = {
        f"{node['schema']}.{node['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["access"] == "public"
    }
    assert public - NOT_YET == TABLES.keys() - NOT_YET | NOT_COMPUTED


def test_the_institutions_hold_every_odd_case(expected: dict[Settings, Tables]) -> None:
    """Agreement says little about a case that no institution has."""
    for tables in expected.values():
        assert_every_odd_case(tables)


def assert_every_odd_case(expected: Tables) -> None:
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
    enrollments = expected["marts.fct_enrollments"]
    assert {row["learner_status"] for row in enrollments} == {
        *("completed", "withdrawn", "removed", "auditing", "in_progress", "not_started"),
    }
    assert {row["completion_agreement"] for row in enrollments} == {
        *("no_requirements", "consistent", "completed_without_requirements", "requirements_met_not_completed"),
    }
    assert any(row["due_at"] and row["completed_at"] == row["due_at"] for row in enrollments)
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
