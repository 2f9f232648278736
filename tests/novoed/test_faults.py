"""Killed at any moment, a run that follows ends as if nothing had happened, and nothing is left behind.

A few moments here, fifty of each by `make test-faults`. A moment is a share of what the undisturbed run takes.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from conftest import ROOT, Warehouse

NOVOED = "from novoed import cli; print('ready', flush=True); cli.main()"
DBT = "from dbt.cli.main import cli; print('ready', flush=True); cli()"

TIMES = {"_loaded_at", "loaded_at", "started_at", "finished_at", "published_at", "built_at"}
"""Columns that tell when a run was."""

WRITTEN_BY_PUBLISH = {"publication", "published_changes", "scope_changes"}
"""What tells of earlier publications: one that was killed in its last moment is one of them."""


def moments(short: int) -> Iterable[object]:
    """Seeds, the first of them for every `make test`."""
    return [*range(short), *(pytest.param(seed, marks=pytest.mark.faults) for seed in range(short, 50))]


class Command:
    """A command on a copy of a warehouse, run to its end or killed on the way."""

    def __init__(self, warehouse: Warehouse, code: str, *arguments: str) -> None:
        self._warehouse = warehouse
        self._command = [sys.executable, "-c", code, *arguments]

    def run(self, kill_after: float | None = None) -> float:
        """The seconds it took after its imports."""
        with subprocess.Popen(
            self._command,
            cwd=self._warehouse.folder,
            env=self._warehouse.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            started = time.monotonic()
            try:
                output, _ = process.communicate(timeout=kill_after)
                assert process.returncode == 0, output.decode()[-3000:]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        return time.monotonic() - started


def contents(database: Path) -> dict[str, tuple[object, ...]]:
    """Per table the number of its rows and a sum of their hashes, without the time of the run."""
    with duckdb.connect(database, read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, list(column_name) from duckdb_columns() where not internal"
            " and table_name not in (select unnest(?)) group by all order by all",
            [list(WRITTEN_BY_PUBLISH)],
        ).fetchall()
        found = {}
        for schema, table, columns in tables:
            values = ", ".join(f'"{column}"' for column in sorted(columns) if column not in TIMES)
            query = f'select count(*), sum(hash({values})::hugeint) from "{schema}"."{table}"'
            found[f"{schema}.{table}"] = tuple(connection.execute(query).fetchall()[0])
    return found


def files(folder: Path) -> set[str]:
    """Names of the files, kept ones by their kind."""
    paths = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return {re.sub(r"before-\d+", "before-N", name) for name in paths}


def copy_of(warehouse: Warehouse, folder: Path, *, with_database: bool) -> Warehouse:
    shutil.copytree(warehouse.landing, folder / "landing")
    if with_database:
        shutil.copy(warehouse.database, folder)
        shutil.copytree(warehouse.target, folder / "target")
    return Warehouse(folder)


def disturb(command: Command, seed: int, takes: float) -> None:
    """Kills it twice, then lets it run."""
    chance = random.Random(seed)
    for _ in range(2):
        command.run(kill_after=chance.uniform(0, takes))
    command.run()


@pytest.fixture(scope="module")
def loaded(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, float]:
    """An undisturbed load, and what it took."""
    copy = copy_of(warehouse, tmp_path_factory.mktemp("loaded"), with_database=False)
    return copy, Command(copy, NOVOED, "load").run()


@pytest.fixture(scope="module")
def published(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, float]:
    """Two undisturbed publications, and what the second took."""
    copy = copy_of(warehouse, tmp_path_factory.mktemp("published"), with_database=True)
    command = Command(copy, NOVOED, "publish")
    command.run()
    return copy, command.run()


@pytest.fixture(scope="module")
def built(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, float]:
    """An undisturbed build, and what it took."""
    copy = copy_of(warehouse, tmp_path_factory.mktemp("built"), with_database=True)
    return copy, build_of(copy).run()


def build_of(warehouse: Warehouse) -> Command:
    folders = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    folders += ["--target-path", str(warehouse.target), "--log-path", str(warehouse.folder / "logs")]
    return Command(warehouse, DBT, "run", "--vars", "{as_of: 2026-10-31}", *folders)


@pytest.mark.parametrize("seed", moments(2))
def test_a_killed_load(loaded: tuple[Warehouse, float], tmp_path: Path, seed: int) -> None:
    undisturbed, takes = loaded
    copy = copy_of(undisturbed, tmp_path, with_database=False)
    disturb(Command(copy, NOVOED, "load"), seed, takes)
    assert contents(copy.database) == contents(undisturbed.database)
    assert files(copy.folder) == files(undisturbed.folder)


@pytest.mark.parametrize("seed", moments(1))
def test_a_killed_publish(published: tuple[Warehouse, float], tmp_path: Path, seed: int) -> None:
    undisturbed, takes = published
    copy = copy_of(undisturbed, tmp_path, with_database=True)
    command = Command(copy, NOVOED, "publish")
    command.run()
    disturb(command, seed, takes)
    published_file = Path("published", "novoed.duckdb")
    assert contents(copy.folder / published_file) == contents(undisturbed.folder / published_file)
    assert files(copy.folder / "published") == files(undisturbed.folder / "published")


@pytest.mark.parametrize("seed", moments(0))
def test_a_killed_build(built: tuple[Warehouse, float], tmp_path: Path, seed: int) -> None:
    undisturbed, takes = built
    copy = copy_of(undisturbed, tmp_path, with_database=True)
    disturb(build_of(copy), seed, takes)
    assert contents(copy.database) == contents(undisturbed.database)
    assert not list(copy.folder.glob("*.wal"))
