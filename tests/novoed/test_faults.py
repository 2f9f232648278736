"""Killed at any moment, a run that follows ends as if nothing had happened, and nothing is left behind.

A few moments here, fifty of each by `make test-faults`. A moment is a share of what the undisturbed run takes. Several
kills follow each other before the one run that is compared, as that takes longest, of a build most of all.
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


def moments(short: int, kills: int) -> Iterable[object]:
    """Seeds, the first of them for every `make test`; each stands for so many kills."""
    return [*range(short), *(pytest.param(seed, marks=pytest.mark.faults) for seed in range(short, 50 // kills))]


class Command:
    """A command on a copy of a warehouse, run to its end or killed on the way."""

    def __init__(self, warehouse: Warehouse, code: str, *arguments: str) -> None:
        self._warehouse = warehouse
        self._command = [sys.executable, "-c", code, *arguments]

    def run(self, end_after: float | None = None, by: int = signal.SIGKILL) -> float:
        """The seconds it took after its imports. A Ctrl+C ends it in a line, not in a traceback."""
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
                output, _ = process.communicate(timeout=end_after)
                assert process.returncode == 0, output.decode()[-3000:]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, by)
                output, _ = process.communicate()
                if by == signal.SIGINT and process.returncode:
                    assert process.returncode == 130, output.decode()[-3000:]
                    assert output.splitlines()[-1].startswith(b"novoed: Interrupted. ")
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


def disturb(command: Command, seed: int, takes: float, kills: int = 2) -> None:
    """Kills it so many times, then lets it run."""
    chance = random.Random(seed)
    for _ in range(kills):
        command.run(chance.uniform(0, takes))
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


@pytest.mark.parametrize("seed", moments(2, kills=2))
def test_a_killed_load(loaded: tuple[Warehouse, float], tmp_path: Path, seed: int) -> None:
    undisturbed, takes = loaded
    copy = copy_of(undisturbed, tmp_path, with_database=False)
    command = Command(copy, NOVOED, "load")
    command.run(random.Random(seed + 0.5).uniform(0, takes), by=signal.SIGINT)
    disturb(command, seed, takes)
    assert contents(copy.database) == contents(undisturbed.database)
    assert files(copy.folder) == files(undisturbed.folder)


@pytest.mark.parametrize("seed", moments(1, kills=2))
def test_a_killed_publish(published: tuple[Warehouse, float], tmp_path: Path, seed: int) -> None:
    undisturbed, takes = published
    copy = copy_of(undisturbed, tmp_path, with_database=True)
    command = Command(copy, NOVOED, "publish")
    command.run()
    command.run(random.Random(seed + 0.5).uniform(0, takes), by=signal.SIGINT)
    disturb(command, seed, takes)
    published_file = Path("published", "novoed.duckdb")
    assert contents(copy.folder / published_file) == contents(undisturbed.folder / published_file)
    assert files(copy.folder / "published") == files(undisturbed.folder / "published")


@pytest.mark.parametrize("seed", moments(0, kills=5))
def test_a_killed_build(built: tuple[Warehouse, float], tmp_path: Path, seed: int) -> None:
    undisturbed, takes = built
    copy = copy_of(undisturbed, tmp_path, with_database=True)
    disturb(build_of(copy), seed, takes, kills=5)
    assert contents(copy.database) == contents(undisturbed.database)
    assert not list(copy.folder.glob("*.wal"))
