"""What `status` says, with and without a database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loader.catalog import DATA_SETS
from loader.extract.coverage import Coverage
from loader.intervals import Interval
from loader.landing.folder import walk_landing
from loader.warehouse import status
from loader.warehouse.load import load_files
from loader.warehouse.status import read_status


def test_without_a_database_all_is_zero(tmp_path: Path) -> None:
    found = read_status(tmp_path / "landing", tmp_path / "none.duckdb")
    assert list(found) == list(DATA_SETS)
    empty = {"files": 0, "rows": 0, "rejects": 0, "covered": [], "gaps": [], "last_load": None}
    assert all(data == empty for data in found.values())
    assert not (tmp_path / "none.duckdb").exists()


def test_files_rows_and_rejects_are_counted(tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "courses"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("course_id,title\n1,x\n2\n3,y\n")
    (folder / "b.csv").write_text("course_id,title\n1,z\n")
    database = tmp_path / "novoed.duckdb"
    list(load_files(database, walk_landing(tmp_path / "landing")))
    found = json.loads(json.dumps(read_status(tmp_path / "landing", database)))
    last_load = found["courses"].pop("last_load")
    assert found["courses"] == {"files": 2, "rows": 3, "rejects": 1, "covered": [], "gaps": []}
    assert last_load.endswith("Z")
    assert abs((datetime.fromisoformat(last_load) - datetime.now(UTC)).total_seconds()) < 60
    assert found["users"]["last_load"] is None


def test_intervals_are_iso_in_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Interval(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, 12, 30, tzinfo=UTC))
    gap = Interval(first.until, datetime(2024, 2, 2, 0, 0, 0, 500_000, tzinfo=UTC))
    coverage = {name: Coverage() for name in DATA_SETS} | {"users": Coverage([first], [gap])}
    monkeypatch.setattr(status, "read_coverage", lambda _landing: coverage)
    users = read_status(tmp_path, tmp_path / "none.duckdb")["users"]
    assert users["covered"] == [{"after": "2024-01-01T00:00:00Z", "until": "2024-02-01T12:30:00Z"}]
    assert users["gaps"] == [{"after": "2024-02-01T12:30:00Z", "until": "2024-02-02T00:00:00.500000Z"}]
