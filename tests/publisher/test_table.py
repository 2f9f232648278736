"""What follows from its row is published as a rule, looks like any other column, and is never another value."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from conftest import Warehouse
from hand_built import change, make_warehouse, query
from publisher.export import Format, export
from publisher.publish import publish

BY_RULE = "select table_name, column_name from duckdb_columns() where column_default is not null order by all"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    make_warehouse(path)
    return path


def publish_after(database: Path, *statements: str) -> Path:
    """What is published after some statements."""
    change(database, *statements)
    target = database.with_name("published.duckdb")
    publish(database, target)
    return target


def test_a_key_takes_its_place_among_the_columns_and_is_read_like_any_other(database: Path) -> None:
    target = publish_after(
        database,
        "create table marts.fct_x as select 'a' as text, institution_id || ':' || user_id as user_key, user_id,"
        " institution_id from (values (3, 1), (2, 1), (null, 1), (1, null), (2, 11)) as rows (user_id, institution_id)",
        "comment on column marts.fct_x.user_key is 'Whose'",
    )
    assert ("fct_x", "user_key") in query(target, BY_RULE)
    assert query(target, "select column_name, column_type from (describe marts.fct_x)") == [
        ("text", "VARCHAR"), ("user_key", "VARCHAR"), ("user_id", "INTEGER"), ("institution_id", "INTEGER"),
    ]  # fmt: skip
    assert query(target, "from marts.fct_x") == [
        ("a", "1:3", 3, 1), ("a", "1:2", 2, 1), ("a", None, None, 1), ("a", None, 1, None), ("a", "11:2", 2, 11),
    ]  # fmt: skip
    assert query(target, "select user_id from marts.fct_x where user_key = '11:2'") == [(2,)]
    assert query(target, "select count(distinct user_key) from marts.fct_x") == [(3,)]
    joined = "select text, email from marts.fct_x inner join marts.dim_users using (user_key) order by user_key"
    assert query(target, joined) == [("a", "2@x.example"), ("a", "3@x.example")]
    comment = "select comment from duckdb_columns() where table_name = 'fct_x' and column_name = 'user_key'"
    assert query(target, comment) == [("Whose",)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("select 1 as institution_id, 2 as user_id, '1:3' as user_key", (1, 2, "1:3")),
        ("select 1 as institution_id, null::int as user_id, '1:' as user_key", (1, None, "1:")),
        ("select 1 as institution_id, 2 as user_id, null::varchar as user_key", (1, 2, None)),
        ("select 1 as institution_id, '1:2' as user_key", (1, "1:2")),
        ("select 1 as institution_id, 2 as user_id, 12 as user_key", (1, 2, 12)),
        ("select 'Quiz' as activity_type, [7] as activity_id, 'Quiz:7' as activity_key", ("Quiz", [7], "Quiz:7")),
    ],
    ids=["another value", "half a key", "no key", "no parts", "a number", "parts that make no text"],
)
def test_a_column_that_is_not_what_the_rule_says_is_published_as_it_is(
    database: Path, row: str, expected: tuple[object, ...]
) -> None:
    target = publish_after(database, f"create table marts.fct_x as {row}")
    assert "fct_x" not in {table for table, _ in query(target, BY_RULE)}
    assert query(target, "from marts.fct_x") == [expected]


def test_one_row_among_many_that_does_not_follow_the_rule_keeps_its_value(database: Path) -> None:
    target = publish_after(
        database,
        "create table marts.fct_x as select 1 as institution_id, user_id, case user_id when 150_000 then 'x' else"
        " '1:' || user_id end as user_key from range(200_000) as people (user_id)",
    )
    assert "fct_x" not in {table for table, _ in query(target, BY_RULE)}
    assert query(target, "select user_key from marts.fct_x where user_id >= 149_999 limit 3") == [
        ("1:149999",), ("x",), ("1:150001",),
    ]  # fmt: skip


def test_a_view_without_names_is_published_with_its_keys_as_a_rule(database: Path) -> None:
    change(database, "create view marts.people as select email, user_key, user_id, institution_id from marts.dim_users")
    target = database.with_name("published.duckdb")
    publish(database, target, without_names=True)
    assert ("people", "user_key") in query(target, BY_RULE)
    assert query(target, "from marts.people limit 2") == [(None, "1:0", 0, 1), (None, "1:1", 1, 1)]


def test_a_file_with_rules_is_compared_with_one_that_stores_the_keys_and_the_other_way_round(database: Path) -> None:
    target = publish_after(database)
    change(
        target,
        "create or replace table marts.dim_users as from marts.dim_users",
        "create or replace table marts.fct_enrollments as from marts.fct_enrollments",
    )
    assert query(target, BY_RULE) == [("dim_activities", "activity_key")]
    for _ in range(2):
        publish(database, target)
        assert query(target, "select count(*) from audit.published_changes") == [(0,)]
    assert query(target, BY_RULE) == [
        ("dim_activities", "activity_key"), ("dim_users", "user_key"), ("fct_enrollments", "user_key"),
    ]  # fmt: skip


def test_what_is_read_from_a_file_with_rules_can_be_stored_and_copied(database: Path) -> None:
    target = publish_after(database)
    copy = database.with_name("copy.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{target}' as published (read_only)")
        connection.execute(f"attach '{copy}' as copy")
        connection.execute("copy from database published to copy")
    assert query(copy, "from marts.dim_users") == query(target, "from marts.dim_users")
    exported = database.with_name("exported")
    for format_ in Format:
        assert [done.failure for done in export(target, exported, format_, ["dim_activities"])] == [None]
    assert query(target, f"from '{exported}/dim_activities.parquet'") == query(target, "from marts.dim_activities")
    assert (exported / "dim_activities.csv").read_text(encoding="utf-8-sig").splitlines()[:2] == [
        "activity_id,activity_type,activity_key", "a0,Quiz,Quiz:a0",
    ]  # fmt: skip


def test_every_mart_of_a_build_is_published_row_by_row_and_with_every_key_as_a_rule(
    warehouse: Warehouse, published: Path
) -> None:
    columns = (
        "select table_name, column_name, column_index, data_type, comment from duckdb_columns()"
        " where schema_name = 'marts' order by all"
    )
    assert query(published, columns) == query(warehouse.database, columns)
    with duckdb.connect(published, read_only=True) as connection:
        connection.execute(f"attach '{warehouse.database}' as built (read_only)")
        for (table,) in query(published, "select table_name from duckdb_tables() where schema_name = 'marts'"):
            built, copied = f"from built.marts.{table}", f"from marts.{table}"
            differing = f"({built} except all {copied}) union all ({copied} except all {built})"
            assert connection.execute(differing).fetchall() == [], table
    stored = (
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        " and column_name in ('user_key', 'activity_key') and column_default is null"
    )
    assert query(published, stored) == []
    assert len(query(published, BY_RULE)) == 18
