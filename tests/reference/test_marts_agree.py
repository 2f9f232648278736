"""dbt's tables equal the reference's on random institutions, row by row and column by column.

One `dbt` run per choice of settings builds all of its institutions at once: NOVOED_REFERENCE_SEEDS=FIRST:END (default
1:121) chooses them.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from conftest import Warehouse
from loader.warehouse.raw import write_extraction_tables
from reference.agreement import TABLES, Tables, differences, merged, tables_of
from reference.attributes import KEY_COLUMNS as ATTRIBUTE_SETS
from reference.casting import UncastableError, cast
from reference.extraction import CALLS, record
from reference.institution import Institution
from reference.requirements import fct_requirement_fulfillments
from reference.settings import CHOICES, Settings
from reference.staging import KEYS as DATA_SETS
from reference.staging import METADATA, Row, kinds
from reference.world import World

TABLE_NAMES = [f"staging.stg_novoed__{data_set}" for data_set in DATA_SETS] + list(TABLES)


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

    warehouse: Warehouse
    connection: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def builds(
    institutions: list[Institution], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Settings, Build]]:
    warehouses = {settings: Warehouse(tmp_path_factory.mktemp("reference")) for settings in CHOICES}
    for settings, warehouse in warehouses.items():
        write_raw(warehouse.database, [one for one in institutions if one.settings == settings])
    with ThreadPoolExecutor() as side_by_side:
        for run in side_by_side.map(run_dbt, warehouses.values(), warehouses):
            assert run.returncode == 0, run.stdout[-6000:]
    opened = {settings: duckdb.connect(str(warehouse.database)) for settings, warehouse in warehouses.items()}
    yield {settings: Build(warehouses[settings], opened[settings]) for settings in CHOICES}
    for connection in opened.values():
        connection.close()


def run_dbt(warehouse: Warehouse, settings: Settings) -> subprocess.CompletedProcess[str]:
    """The build under these settings. With data tests: however odd the rows, they only warn."""
    return warehouse.dbt(
        "--quiet", "build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(settings.dbt_vars())
    )


def write_raw(database: Path, institutions: list[Institution]) -> None:
    """Schema `raw` as `novoed load` leaves it, without rejects on record."""
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
        record(database.parent, [call["call"] for one in institutions for call in one.rows.get(CALLS, [])])
        write_extraction_tables(connection, database.parent)
        for data_set in (*DATA_SETS, *ATTRIBUTE_SETS):
            rows = [row for institution in institutions for row in institution.rows.get(data_set, [])]
            documented = ATTRIBUTE_SETS.get(data_set) or kinds(data_set)
            texts = dict.fromkeys([*documented, *(column for row in rows for column in row)])
            schema = pa.schema(
                [(column, pa.string()) for column in texts if column not in METADATA]
                + [("_source_file", pa.string()), ("_source_row", pa.int64()), ("_loaded_at", pa.timestamp("us"))]
            )
            # `raw` holds NULL where the file is empty
            blank = [{column: None if text == "" else text for column, text in row.items()} for row in rows]
            connection.register("arriving", pa.Table.from_pylist(blank, schema=schema))
            connection.execute(f"create table raw.{data_set} as from arriving")
            connection.execute(
                "insert into raw._files by name select $data_set as data_set, _source_file as source_file,"
                " count(*) as row_count, count(*) as landed_row_count, 0 as rejected_row_count,"
                " max(_loaded_at) as loaded_at from arriving group by _source_file",
                {"data_set": data_set},
            )
            connection.unregister("arriving")


@pytest.mark.parametrize("settings", CHOICES, ids=lambda settings: f"as_of={settings.as_of:%Y-%m-%d}")
@pytest.mark.parametrize("table", TABLE_NAMES)
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
    manifest = json.loads((builds[CHOICES[0]].warehouse.target / "manifest.json").read_text())
    public = {
        f"{node['schema']}.{node['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["access"] == "public"
    }
    assert public == TABLES.keys()


def test_the_institutions_hold_every_odd_case(expected: dict[Settings, Tables]) -> None:
    """Agreement says little about a case that no institution has."""
    for tables in expected.values():
        assert_every_odd_case(tables)
        assert_every_odd_answer(tables)


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
        *("unmatched_user", "ambiguous_user", "unmatched_course"),
    }
    requirements = expected["marts.fct_requirement_fulfillments"]
    assert {row["requirement_status"] for row in requirements} == {
        *("fulfilled_late", "fulfilled", "not_expected", "not_released", "missed", "overdue"),
        *("in_progress", "not_started"),
    }
    assert {row["fulfillment_rule"] for row in requirements} == {
        *("submitted_once", "submission_target", "watched_or_submitted"),
    }
    assert any(row["is_fulfilled"] and row["fulfilled_at"] == row["deadline_at"] for row in requirements)
    assert any(0 < row["progress_ratio"] < 1 for row in requirements)
    assert any(row["is_fulfilled_before_enrollment"] for row in requirements)
    assert any(row["sole_open_learner_count"] for row in expected["marts.fct_requirement_bottlenecks"])
    assert {
        (row["requirement_kind"], row["can_still_be_met"]) for row in expected["marts.fct_outstanding_requirements"]
    } == {(kind, can) for kind in ("activity", "points", "assignments") for can in (True, False)}
    enrollments = expected["marts.fct_enrollments"]
    assert {row["learner_status"] for row in enrollments} == {
        *("completed", "withdrawn", "removed", "auditing", "not_completed", "in_progress", "not_started"),
    }
    assert {row["at_risk_reason"] for row in enrollments} == {
        *("overdue_activity", "never_started", "gone_silent", None),
    }
    assert {row["completion_agreement"] for row in enrollments} == {
        *("no_requirements", "consistent", "completed_without_requirements", "requirements_met_not_completed"),
    }
    assert any(row["due_at"] and row["completed_at"] == row["due_at"] for row in enrollments)
    assert any(row["is_due"] and row["is_completed_on_time"] for row in enrollments)
    assert any(not row["is_learner"] and row["points_received"] for row in enrollments)
    assert {row["conflict"] for row in expected["audit.date_conflicts"]} == {
        *("completed_before_enrolled", "unenrolled_before_enrolled", "active_before_enrolled", "due_before_enrolled"),
        *("ends_before_start", "last_view_before_first", "completed_without_date", "enrolled_without_date"),
        *("enrolled_after_as_of", "completed_after_as_of", "attempt_after_as_of", "viewed_after_as_of"),
    }
    assert {row["attribute"] for row in expected["audit.duplicate_people"]} == {"email", "external_id"}
    assert {(row["data_set"], row["column_name"]) for row in expected["audit.changed_identities"]} == {
        *(("enrollments", "user_id"), ("enrollments", "course_id")),
        *(("course_activities", "course_id"), ("lecture_pages", "course_id")),
    }


def test_earlier_versions_decide(expected: dict[Settings, Tables], institutions: list[Institution]) -> None:
    """Without the earlier versions of attempts, what was fulfilled would be other rows, and other dates."""
    for settings, tables in expected.items():
        flat = [
            row
            for one in institutions
            if one.settings == settings
            for row in fct_requirement_fulfillments(latest_only(one, settings))
        ]
        both = zip(tables["marts.fct_requirement_fulfillments"], flat, strict=True)
        moved = {
            "fulfilled" if first["is_fulfilled"] != last["is_fulfilled"] else "date"
            for first, last in both
            if (first["is_fulfilled"], first["fulfilled_at"]) != (last["is_fulfilled"], last["fulfilled_at"])
        }
        assert moved == {"fulfilled", "date"}


def latest_only(institution: Institution, settings: Settings) -> World:
    world = World(institution.rows, settings)
    for versions in world.staged["user_activities"].versions.values():
        del versions[1:]
    return world


NEW_YORK = CHOICES[1]


def assert_every_odd_answer(expected: Tables) -> None:
    items = expected["marts.fct_question_items"]
    assert {row["review_reason"] for row in items} == {
        *("wrong_key_suspected", "negative_discrimination", "too_hard", "low_discrimination", "too_easy", None),
    }
    assert any(0 < row["judged_count"] < row["respondent_count"] for row in items)
    assert any(row["facility"] is None for row in items)
    options = expected["marts.fct_question_options"]
    assert {row["is_correct"] for row in options} == {True, False, None}
    assert any(row["chosen_count"] and not row["response_option_text"] for row in options)
    assert {row["is_learner"] for row in expected["marts.fct_question_responses"]} == {True, False}
    assert any(row["option_count"] > row["correct_option_count"] > 1 for row in expected["marts.dim_questions"])
    days = expected["marts.fct_time_to_complete"]
    assert any(row["completed_learner_count"] and row["left_learner_count"] for row in days)
    assert any(row["completed_if_none_left_ratio"] - row["completed_by_day_ratio"] > 0.1 for row in days)
    assert {row["is_month_complete"] for row in expected["marts.fct_monthly_activity"]} == {True, False}
    drops = {row["drop_ratio"] for row in expected["marts.fct_lecture_page_funnel"]}
    assert None in drops
    assert any(drop is not None and drop < 0 for drop in drops)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("id", " +012 ", 12),
        ("count", "12.0", 12),
        ("decimal", ".5e1", Decimal(5)),
        ("boolean", "Y", True),
        ("boolean", "1.0", True),
        ("boolean", "\ufeffN\u200bo", False),
        ("visit_type", " f\u200birst\ufeff", "First"),
        ("enrollment_status", "removed\u3000by  teaching\xa0team", "Removed by Teaching Team"),
        ("key", "607001.0", "607001"),
        ("key", "\u200ba \u2060 b", "a b"),
        ("text", " \t", None),
        ("text", "\u3000a  b\u200b", "a  b\u200b"),
        ("timestamp", "2024-01-05", datetime(2024, 1, 5)),
        ("timestamp", "2024-01-05t10:00  utc", datetime(2024, 1, 5, 10)),
        ("timestamp", "2024-01-01 01:00:00.1234569 +0230", datetime(2023, 12, 31, 22, 30, 0, 123456)),
        ("timestamp", "1/31/2024 9:05", datetime(2024, 1, 31, 9, 5)),
        ("day_end", "2024-03-31T00:00", datetime(2024, 3, 31)),
        ("day_end", "2024-03-31", datetime(2024, 4, 1, 3, 59, 59, 999_999)),  # New York is 4 hours behind UTC
        ("day_end", "31.03.2024", datetime(2024, 4, 1, 3, 59, 59, 999_999)),
    ],
)
def test_spellings(kind: str, text: str, value: object) -> None:
    assert cast(kind, text, NEW_YORK) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("id", "12.0"),
        ("count", "12.5"),
        ("decimal", "nan"),
        ("boolean", "on"),
        ("timestamp", "2024-01-05T24:00:00"),
        ("timestamp", "1999-12-31T23:59:59Z"),
        ("timestamp", "2099-12-31T23:30:00-01:00"),
    ],
)
def test_uncastable(kind: str, text: str) -> None:
    with pytest.raises(UncastableError, match=kind):
        cast(kind, text, NEW_YORK)
