"""A model is made anew in place of whatever stands there, but not against its contract."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Warehouse
from hand_built import change, query


@pytest.fixture
def copied(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    copy = replace(warehouse, folder=tmp_path)
    shutil.copytree(warehouse.target, copy.target)
    shutil.copy(warehouse.database, copy.database)
    return copy


def test_a_model_replaces_what_stands_in_its_place(copied: Warehouse) -> None:
    shown = (
        "select table_name, table_type from information_schema.tables"
        " where table_name like 'dim_courses%' or table_name like 'fct_activity_attempts%' order by all"
    )
    described = (
        "select count(*) filter (where comment is null) from duckdb_columns()"
        " where table_name in ('dim_courses', 'fct_activity_attempts')"
    )
    before = query(copied.database, shown)
    change(
        copied.database,
        """
            create table marts.dim_courses__dbt_backup as from marts.dim_courses;
            create view marts.fct_activity_attempts__dbt_tmp as from marts.fct_activity_attempts;
            drop table marts.dim_courses;
            create view marts.dim_courses as select 1 as course_id;
            drop view marts.fct_activity_attempts;
            create table marts.fct_activity_attempts as select 1 as user_id;
        """,
    )
    run = copied.dbt("run", "--select", "dim_courses", "fct_activity_attempts")
    assert run.returncode == 0, run.stdout
    assert query(copied.database, shown) == before == [
        ("dim_courses", "BASE TABLE"), ("fct_activity_attempts", "VIEW")
    ]  # fmt: skip
    assert query(copied.database, described) == [(0,)]


def test_a_broken_contract_stops_the_model_and_leaves_what_was(copied: Warehouse) -> None:
    before = query(copied.database, "from marts.dim_courses order by all")
    change(
        copied.database,
        """
            create table intermediate.other as
            select * replace (1 as course_title) from intermediate.int_courses_scoped;
            drop view intermediate.int_courses_scoped;
            alter table intermediate.other rename to int_courses_scoped;
        """,
    )
    run = copied.dbt("run", "--select", "dim_courses")
    assert run.returncode == 1
    said = " ".join(run.stdout.split())
    assert "This model has an enforced contract that failed." in said
    assert "| course_title | INTEGER | VARCHAR | data type mismatch |" in said
    assert query(copied.database, "from marts.dim_courses order by all") == before
