"""The main job end to end, as `make` runs it: sample, load, dbt build with every test, publish."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from conftest import DBT_SETTINGS, ROOT, Warehouse
from loader.catalog import DATA_SETS, FILE_SETS
from loader.settings import Settings
from novoed.dbt import read_warnings


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_raw_row_is_accounted_for(warehouse: Warehouse) -> None:
    totals = rows(warehouse.database, "select data_set, sum(row_count) from audit.row_accounting group by data_set")
    accounted = {str(data_set): count for data_set, count in totals}
    for data_set in FILE_SETS:
        [(in_raw,)] = rows(warehouse.database, f"select count(*) from raw.{data_set}")
        assert in_raw, data_set
        assert accounted[data_set] == in_raw


def contents(database: Path) -> dict[str, tuple[object, ...]]:
    """Per table the number of its rows and a sum of their hashes: any other value of any row makes another one.

    The build's record aside, which has the time of the build.
    """
    tables = rows(
        database,
        "select schema_name, table_name from duckdb_tables() where table_name <> 'build_record' order by all",
    )
    return {
        f"{schema}.{name}": rows(database, f"select count(*), sum(hash(t)::hugeint) from {schema}.{name} as t")[0]
        for schema, name in tables
    }


READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
input()
print(connection.sql("select count(*) from audit.publication").fetchone())
"""


def test_loading_and_building_again_changes_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    """At the same as_of every value of every table stays. Leaving out tests leaves out nothing that is published.

    Who has the published file open meanwhile reads the old one to the end.
    """
    shutil.copytree(warehouse.landing, tmp_path / "landing")
    shutil.copy(warehouse.database, tmp_path)
    copy = Warehouse(tmp_path)
    published = tmp_path / "published" / "novoed.duckdb"
    assert copy.novoed("publish").returncode == 0
    before = contents(copy.database)
    [(as_of,)] = rows(copy.database, "select cast(as_of as varchar) from reference.build_record")
    build = ("build", "--exclude", "resource_type:test", "resource_type:unit_test", "--vars")
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(published)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "open\n"
        for run in (copy.novoed("load"), copy.dbt(*build, json.dumps({"as_of": as_of})), copy.novoed("publish")):
            assert run.returncode == 0, run.stdout + run.stderr
        assert reader.communicate("\n")[0] == "(1,)\n"
    assert rows(published, "select count(*) from audit.publication") == [(2,)]
    assert contents(copy.database) == before
    assert {"raw.users", "staging.stg_novoed__users_versions", "marts.fct_enrollments", "audit.row_accounting"} <= set(
        before
    )


def test_the_published_file_holds_marts_and_audit_only(warehouse: Warehouse) -> None:
    run = warehouse.novoed("publish")
    assert run.returncode == 0, run.stderr
    assert re.search(r"^Published: .* \(\d\d marts; ", run.stdout, re.MULTILINE)
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


def test_status_speaks_of_all_data_sets_and_of_the_attributes_that_were_loaded(warehouse: Warehouse) -> None:
    run = warehouse.novoed("status", "--json")
    assert run.returncode == 0, run.stderr
    status = json.loads(run.stdout)
    assert list(status) == list(FILE_SETS)
    for data_set, told in status.items():
        [(in_raw,)] = rows(warehouse.database, f"select count(*) from raw.{data_set}")
        assert told["rows"] == in_raw
        assert (told["rejects"], told["gaps"]) == (0, [])


def test_every_test_that_may_warn_names_an_audit_table(warehouse: Warehouse, tmp_path: Path) -> None:
    """As if each of them had warned."""
    nodes = json.loads((warehouse.target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = [
        {"unique_id": name, "status": "warn", "failures": 1}
        for name, node in nodes.items()
        if node["resource_type"] == "test" and node["config"]["severity"].lower() == "warn"
    ]
    (tmp_path / "manifest.json").symlink_to(warehouse.target / "manifest.json")
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    warned = read_warnings(tmp_path)
    assert len(warned) == len(results) > 10
    for table in {one.audit_table for one in warned}:
        rows(warehouse.database, f"select * from {table} limit 0")


@pytest.mark.parametrize("name", ["README.md", ".env.example", "profiles.yml"])
def test_every_setting_is_one_the_loader_reads(name: str) -> None:
    """A variable that a page names and nothing reads would be followed in vain."""
    known = {f"NOVOED_{field.upper()}" for field in Settings.model_fields} | DBT_SETTINGS
    assert set(re.findall(r"NOVOED_[A-Z_]+", (ROOT / name).read_text(encoding="utf-8"))) <= known


def test_source_freshness_tells_an_age(warehouse: Warehouse) -> None:
    run = warehouse.dbt("source", "freshness")
    assert run.returncode == 0, run.stdout
    ages = re.findall(r"(\w+): new rows were last loaded (\d+\.\d) hours ago, at \d{4}-\d\d-\d\dT[\d:]{8}Z", run.stdout)
    assert [name for name, _ in ages] == sorted(DATA_SETS)
    assert all(float(age) < 1 for _, age in ages)
