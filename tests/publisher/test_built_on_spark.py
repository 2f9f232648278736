"""What Spark built is published as what DuckDB built: the same file, through the same gate."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from hand_built import change, make_warehouse, query
from loader.errors import HeldBack, LoaderError
from publisher.publish import publish


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "novoed.duckdb"
    make_warehouse(path)
    return path


@pytest.fixture
def tables(database: Path, tmp_path: Path) -> Path:
    """What the database's build made, as Spark leaves it; the database itself keeps schema raw alone."""
    folder = tmp_path / "tables"
    with duckdb.connect(database) as connection:
        connection.execute(
            "create table reference.descriptions as select 'marts' as schema_name, 'dim_courses' as table_name,"
            " unnest([null, 'course_id']) as column_name, unnest(['One row per course.', 'The course''s id.'])"
            " as description"
        )
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name <> 'raw'"
        ).fetchall()
        for schema, name in names:
            to = folder / f"{schema}.db" / name
            to.mkdir(parents=True)
            connection.execute(f"copy {schema}.{name} to '{to}/part-00000.snappy.parquet' (format parquet)")
        begun = folder / "reference.db" / "build_record" / "part-00001.snappy.parquet"
        connection.execute(
            "copy (select * replace (null::timestamp as finished_at, 'unfinished' as result)"
            f" from reference.build_record) to '{begun}' (format parquet)"
        )
        for schema in sorted({schema for schema, _ in names}):
            connection.execute(f"drop schema {schema} cascade")
    return folder


def test_the_published_file_is_the_same(database: Path, tables: Path, tmp_path: Path) -> None:
    published = publish(database, tmp_path / "spark.duckdb", tables=tables)
    assert published.row_counts["dim_courses"] == 10
    make_warehouse(tmp_path / "other.duckdb")
    change(
        tmp_path / "other.duckdb",
        "comment on table marts.dim_courses is 'One row per course.'",
        "comment on column marts.dim_courses.course_id is 'The course''s id.'",
    )
    publish(tmp_path / "other.duckdb", tmp_path / "duckdb.duckdb")
    described, commented = (
        [
            query(
                tmp_path / f"{engine}.duckdb",
                f"select schema_name, table_name, {what} from duckdb_{kind}() where not internal order by all",
            )
            for kind, what in (
                ("tables", "comment, estimated_size"),
                ("columns", "column_name, data_type, column_default, comment"),
            )
        ]
        for engine in ("spark", "duckdb")
    )
    assert described == commented
    assert ("marts", "dim_courses", "One row per course.", 10) in described[0]


def test_the_gate_is_the_same(database: Path, tables: Path, tmp_path: Path) -> None:
    change(
        database,
        "update raw._files set rejected_row_count = 300, row_count = 700 where data_set = 'users'",
        "insert into raw._rejects by name select 'users' as data_set, 'users/a.csv' as source_file, 2 as source_row",
    )
    with pytest.raises(HeldBack) as held:
        publish(database, tmp_path / "published.duckdb", tables=tables)
    assert list(held.value.reasons) == ["rejected_records"]
    publish(database, tmp_path / "published.duckdb", tables=tables, accept=["rejected_records"])


def test_what_was_loaded_since_is_not_in_the_build(database: Path, tables: Path, tmp_path: Path) -> None:
    change(database, "insert into raw._files by name select 'users' as data_set, now()::timestamp as loaded_at")
    with pytest.raises(LoaderError, match="Schema raw has changed since the last dbt build"):
        publish(database, tmp_path / "published.duckdb", tables=tables)


def test_a_build_that_did_not_end_is_not_published(database: Path, tables: Path, tmp_path: Path) -> None:
    (tables / "reference.db" / "build_record" / "part-00000.snappy.parquet").unlink()
    with pytest.raises(LoaderError, match="did not come to its end"):
        publish(database, tmp_path / "published.duckdb", tables=tables)


def test_without_a_build_on_spark_nothing_is_published(database: Path, tmp_path: Path) -> None:
    with pytest.raises(LoaderError, match=r"There is no build of Spark's in .*nowhere to publish"):
        publish(database, tmp_path / "published.duckdb", tables=tmp_path / "nowhere")
