"""The data tests can fail: of a built warehouse that is changed by hand they say what does not hold."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from conftest import Warehouse
from hand_built import change


def test_they_say_what_does_not_hold(warehouse: Warehouse, tmp_path: Path) -> None:
    broken = replace(warehouse, folder=tmp_path)
    shutil.copytree(warehouse.target, broken.target)
    shutil.copy(warehouse.database, broken.database)
    change(
        broken.database,
        """
            create temp table attempt as from intermediate.int_attempts where outcome_id is null limit 1;
            insert into intermediate.int_attempts from attempt;
            insert into intermediate.int_attempts select * replace (-1 as user_id) from attempt;
            insert into intermediate.int_attempts select * replace (-2 as user_id, null as is_submitted) from attempt;
            update marts.dim_activities set fulfillment_rule = 'other' where rowid < 3;
            delete from marts.dim_lecture_pages where rowid = 0;
            insert into staging.stg_novoed__question_set_responses_versions
                from staging.stg_novoed__question_set_responses_versions where is_latest_version limit 1;
        """,
    )
    run = broken.dbt(
        *("test", "--select", "fct_activity_attempts_is_sound", "dim_activities_is_sound"),
        *("assert_marts_hold_in_scope_rows_only", "assert_question_set_records_are_distinct"),
    )
    assert run.returncode != 0
    for said in (
        "fct_activity_attempts: user_id, activity_id, activity_type, outcome_id is not unique (1)",
        "fct_activity_attempts: is_submitted is NULL (1)",
        "fct_activity_attempts: user_id, institution_id is not in dim_users (2)",
        "dim_activities: fulfillment_rule is another value (3)",
    ):
        assert said in run.stdout
    counts = re.findall(r"Got (\d+) results?, configured to fail if != 0", run.stdout)
    assert sorted(counts) == ["1", "1", "2", "3"]
