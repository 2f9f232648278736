"""Only what the last `dbt build` finished is published: dbt itself writes the record, on a copy of a built database."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Warehouse
from hand_built import change, query
from novoed.dbt import ran_out_of_space


@pytest.fixture
def copy(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of the database and of what dbt has parsed; copying is no reason not to publish."""
    shutil.copy(warehouse.database, tmp_path)
    shutil.copytree(warehouse.target, tmp_path / "target")
    shutil.copytree(warehouse.landing, tmp_path / "landing")
    return Warehouse(tmp_path)


def refusal(copy: Warehouse) -> str:
    """What publish says; the file published before stays."""
    target = copy.folder / "published" / "novoed.duckdb"
    before = target.read_bytes() if target.exists() else None
    run = copy.novoed("publish")
    assert run.returncode == 1, run.stdout
    assert (target.read_bytes() if target.exists() else None) == before
    return run.stderr


def test_a_copied_database_is_published_until_other_rows_are_loaded(copy: Warehouse) -> None:
    assert copy.novoed("publish").returncode == 0
    assert copy.novoed("load").returncode == 0
    assert copy.novoed("publish").returncode == 0, "a load with nothing new is none"
    late = copy.landing / "users" / "sample-99999.csv"
    late.write_text("user_id,institution_id,email_address,record_updated_date\n999999,1,late@x.example,2026-10-30\n")
    assert copy.novoed("load").returncode == 0
    assert "Schema raw has changed since the last dbt build. Run `dbt build` again" in refusal(copy)


def test_a_build_that_left_out_a_model(copy: Warehouse) -> None:
    assert copy.dbt("build", "--select", "stg_novoed__users", "--exclude", "resource_type:unit_test").returncode == 0
    assert "The last dbt build left out cast_failures, " in refusal(copy)


def test_a_failed_test_and_a_failed_model(copy: Warehouse) -> None:
    change(copy.database, "update raw._files set landed_row_count = landed_row_count + 1")
    assert copy.dbt("build", "--select", "assert_rejects_add_up").returncode == 1
    assert "The last dbt build failed: assert_rejects_add_up. Mend what dbt says" in refusal(copy)
    change(copy.database, "alter table raw.courses drop column title")
    assert copy.dbt("run", "--select", "stg_novoed__courses_versions").returncode == 1
    assert "The last dbt build failed: stg_novoed__courses_versions. Mend what dbt says" in refusal(copy)


def test_a_full_disk_while_building(copy: Warehouse) -> None:
    """Files of at most 8 MiB stand for it: what was loaded stays, and nothing is published until it is built."""
    change(
        copy.database,
        "insert into raw.lecture_page_views select views.* replace (user_id || '00' || n as user_id)"
        " from raw.lecture_page_views as views, range(20) as copies (n)",
    )
    select = ("run", "--select", "stg_novoed__lecture_page_views_versions")
    count = "select count(*) from raw.lecture_page_views"
    loaded = query(copy.database, count)
    run = copy.dbt(*select, preexec=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 23, 1 << 23)))
    assert run.returncode == 1, run.stdout
    assert ran_out_of_space(copy.target)
    assert "The last dbt build " in refusal(copy)
    assert query(copy.database, count) == loaded
    assert copy.dbt(*select).returncode == 0
    assert not ran_out_of_space(copy.target)


def test_a_killed_build(copy: Warehouse) -> None:
    command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "run"]
    command += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    command += ["--target-path", str(copy.target), "--log-path", str(copy.folder / "logs")]
    with subprocess.Popen(
        command, env=copy.environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as dbt:
        assert dbt.stdout
        assert any(" of " in line and "START sql" in line for line in dbt.stdout)
        os.killpg(dbt.pid, signal.SIGKILL)
    assert query(copy.database, "select result, finished_at from reference.build_record") == [("unfinished", None)]
    assert "did not come to its end. Run `dbt build` again, then publish." in refusal(copy)
