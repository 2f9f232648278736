"""A model is made anew in place of whatever stands there, and what dbt's own way left behind goes with it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from conftest import Warehouse
from hand_built import change, query


def test_a_model_replaces_what_stands_in_its_place(warehouse: Warehouse, tmp_path: Path) -> None:
    copied = replace(warehouse, folder=tmp_path)
    shutil.copytree(warehouse.target, copied.target)
    shutil.copy(warehouse.database, copied.database)
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
