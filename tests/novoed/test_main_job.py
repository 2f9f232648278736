"""The main job end to end, as `make` runs it: sample, load, dbt build with every test, publish."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from conftest import ROOT, Warehouse
from loader.catalog import DATA_SETS
from loader.settings import Settings


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_raw_row_is_accounted_for(warehouse: Warehouse) -> None:
    accounted = dict(
        rows(warehouse.database, "select data_set, sum(row_count) from audit.row_accounting group by data_set")
    )
    for data_set in DATA_SETS:
        [(in_raw,)] = rows(warehouse.database, f"select count(*) from raw.{data_set}")
        assert in_raw, data_set
        assert accounted[data_set] == in_raw


def test_loading_and_building_again_changes_nothing(warehouse: Warehouse) -> None:
    counts = "select schema_name, table_name, estimated_size from duckdb_tables() order by all"
    before = rows(warehouse.database, counts)
    again = warehouse.novoed("load")
    assert again.returncode == 0, again.stderr
    assert rows(warehouse.database, counts) == before


def test_the_published_file_holds_marts_and_audit_only(warehouse: Warehouse) -> None:
    run = warehouse.novoed("publish")
    assert run.returncode == 0, run.stderr
    assert "fct_course_completions" in run.stdout
    assert "sandbox_course" in run.stdout
    published = warehouse.folder / "published" / "novoed.duckdb"
    schemas = rows(published, "select distinct schema_name from duckdb_tables() union select distinct schema_name"
                              " from duckdb_views() where not internal order by all")  # fmt: skip
    assert schemas == [("audit",), ("marts",)]
    assert published.stat().st_mode & 0o777 == 0o600
    for table in ("marts.fct_enrollments", "marts.fct_requirement_fulfillments", "audit.row_accounting"):
        assert rows(published, f"select count(*) from {table}") == rows(
            warehouse.database, f"select count(*) from {table}"
        )
    [(comment,)] = rows(published, "select comment from duckdb_columns() where table_name = 'fct_enrollments'"
                                   " and column_name = 'due_at'")  # fmt: skip
    assert "must be completed" in str(comment)


def test_status_speaks_of_all_ten_data_sets(warehouse: Warehouse) -> None:
    run = warehouse.novoed("status", "--json")
    assert run.returncode == 0, run.stderr
    status = json.loads(run.stdout)
    assert set(status) == set(DATA_SETS)
    for data_set, told in status.items():
        [(in_raw,)] = rows(warehouse.database, f"select count(*) from raw.{data_set}")
        assert told["rows"] == in_raw
        assert (told["rejects"], told["gaps"]) == (0, [])


@pytest.mark.parametrize("name", ["README.md", ".env.example", "profiles.yml"])
def test_every_setting_is_one_the_loader_reads(name: str) -> None:
    """A variable that a page names and nothing reads would be followed in vain."""
    known = {f"NOVOED_{field.upper()}" for field in Settings.model_fields}
    assert set(re.findall(r"NOVOED_[A-Z_]+", (ROOT / name).read_text(encoding="utf-8"))) <= known
