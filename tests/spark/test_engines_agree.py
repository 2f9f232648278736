"""DuckDB and Spark build the same tables of the same rows: a sample, random institutions, and awkward values.

`make test-spark`. Two builds on each engine, one per choice of variables, the first on Spark with the data tests; the
unit tests of dbt run on Spark by themselves.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from hand_built import query
from loader.landing.folder import walk_landing
from loader.warehouse.load import load_files
from loader.warehouse.parquet import export_raw
from playground.academy import write_sample
from publisher.publish import publish
from reference.institution import Institution
from reference.settings import CHOICES, Settings
from reference.test_marts_agree import write_raw
from spark.awkward import Rows, awkward_rows
from spark.engines import Build

pytestmark = pytest.mark.spark

COMPARED = ("staging", "intermediate", "marts", "audit")
SEEDS = range(1, 13)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[Settings, Build]:
    made = {settings: Build(tmp_path_factory.mktemp("engines"), settings.dbt_vars()) for settings in CHOICES}
    for settings, build in made.items():
        write_raw(build.database, [one for one in map(Institution, SEEDS) if one.settings == settings])
        add_rows(build.database, awkward_rows())
    add_sample(made[CHOICES[0]])
    with ThreadPoolExecutor() as side_by_side:
        on_duckdb = [side_by_side.submit(build.run, "build", "local", *_untested()) for build in made.values()]
        for future in on_duckdb:
            assert future.result().returncode == 0, future.result().stdout[-6000:]
    for settings, build in made.items():
        export_raw(build.database, build.folder / "raw")
        data_tested = ("--exclude-resource-type", "unit_test")
        run = build.run("build", "spark", *(data_tested if settings == CHOICES[0] else _untested()))
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    return made


def _untested() -> tuple[str, ...]:
    return ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def add_rows(database: Path, rows: dict[str, Rows]) -> None:
    """Adds rows of a load run of their own to schema raw."""
    with duckdb.connect(str(database)) as connection:
        for data_set, of_data_set in rows.items():
            connection.register("arriving", pa.Table.from_pylist(of_data_set))
            connection.execute(
                f"insert into raw.{data_set} by name"
                " select nullif(columns(c -> c not like '\\_%' escape '\\'), ''), columns('^_.*') from arriving"
            )
            connection.execute(
                "insert into raw._files by name select ? as data_set, _source_file as source_file, count(*) as"
                " row_count, count(*) as landed_row_count, 0 as rejected_row_count, max(_loaded_at) as loaded_at"
                " from arriving group by _source_file",
                [data_set],
            )
            connection.unregister("arriving")


def add_sample(build: Build) -> None:
    """Adds a small sample institution, loaded as users load it."""
    write_sample(build.folder / "landing", learners=60, seed=1)
    sample = build.folder / "sample.duckdb"
    assert all(result.refusal is None for result in load_files(sample, walk_landing(build.folder / "landing")))
    with duckdb.connect(str(build.database)) as connection:
        connection.execute(f"attach '{sample}' as sample (read_only)")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'sample'"
            " and not starts_with(table_name, '_extraction')"
        ).fetchall():
            columns = [name for name, *_ in connection.execute(f"describe raw.{table}").fetchall()]
            for name, type_, *_ in connection.execute(f"describe sample.raw.{table}").fetchall():
                if name not in columns:
                    connection.execute(f'alter table raw.{table} add column "{name}" {type_}')
            connection.execute(f"insert into raw.{table} by name select * from sample.raw.{table}")


@pytest.mark.parametrize("settings", CHOICES, ids=lambda settings: f"as_of={settings.as_of:%Y-%m-%d}")
def test_every_table_is_the_same(settings: Settings, builds: dict[Settings, Build]) -> None:
    build = builds[settings]
    problems: list[str] = []
    with duckdb.connect(str(build.database), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ? union all"
            " select schema_name, view_name from duckdb_views() where schema_name in ? order by all",
            [COMPARED, COMPARED],
        ).fetchall()
        assert len(tables) > 60
        for schema, table in tables:
            problems += build.differences(connection, schema, table)
    assert not problems, "\n".join(problems)


def test_dbt_unit_tests_pass(builds: dict[Settings, Build]) -> None:
    build = builds[CHOICES[0]]
    run = build.run("test", "spark", "--select", "test_type:unit")
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


def test_both_builds_are_on_record(builds: dict[Settings, Build]) -> None:
    for build in builds.values():
        recorded = "select * exclude (started_at, finished_at) from {} where finished_at is not null"
        on_duckdb, on_spark = (
            query(build.database, recorded.format(table))
            for table in ("reference.build_record", f"'{build.tables}/reference.db/build_record/*.parquet'")
        )
        assert on_spark == on_duckdb
        assert len(on_spark) == 1


def test_what_spark_built_is_published(builds: dict[Settings, Build]) -> None:
    build = builds[CHOICES[0]]
    reasons = ["incomplete_data_set", "missing_column", "unreadable_values", "unmatched_rows"]
    on_spark, on_duckdb = build.folder / "from_spark.duckdb", build.folder / "from_duckdb.duckdb"
    publish(build.database, on_spark, tables=build.tables, accept=reasons)
    publish(build.database, on_duckdb, accept=reasons)
    described = (
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where not internal order by all"
    )
    assert query(on_spark, described) == query(on_duckdb, described)
    assert all(comment for *_, comment, _ in query(on_spark, described))
