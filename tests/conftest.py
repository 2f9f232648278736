"""What several test files share: one sample institution, loaded and built once by the commands that users call."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from filelock import FileLock

from publisher.publish import publish

if TYPE_CHECKING:
    from report_page import Report  # whatever the report is drawn with is loaded where it is tested

ROOT = Path(__file__).parents[1]
DBT_SETTINGS = {
    name
    for path in (ROOT / "profiles.yml", *ROOT.glob("macros/*.sql"), *ROOT.glob("models/**/*.yml"))
    for name in re.findall(r"env_var\('(NOVOED_[A-Z_]+)'", path.read_text(encoding="utf-8"))
}
"""The variables of the environment that dbt itself reads."""


@dataclass(frozen=True)
class Warehouse:
    """A sample institution's landing folder, database and dbt target folder."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    """Variables of the environment beside those that name the places."""

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def database(self) -> Path:
        return self.folder / "novoed.duckdb"

    @property
    def target(self) -> Path:
        return self.folder / "target"

    def novoed(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs `python -m novoed` on this warehouse."""
        return self._run([sys.executable, "-m", "novoed", *arguments], self.environment)

    def dbt(
        self, *arguments: str, project: Path = ROOT, preexec: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs dbt on this warehouse; `preexec` in its process before it begins."""
        folders = ["--project-dir", str(project), "--profiles-dir", str(project)]
        folders += ["--target-path", str(self.target), "--log-path", str(self.folder / "logs")]
        return self.tool("dbt", "--no-use-colors", *arguments, *folders, preexec=preexec)

    def tool(
        self, name: str, *arguments: str, text: str = "", preexec: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of others on this warehouse, without coverage, with which it would take twice as long."""
        command = [str(Path(sys.executable).with_name(name)), *arguments]
        environment = {key: value for key, value in self.environment.items() if not key.startswith("COVERAGE_")}
        return self._run(command, environment, text, preexec)

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with the settings that name this warehouse."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("NOVOED_")}
        return ours | {
            "NOVOED_LANDING": str(self.landing),
            "NOVOED_DATABASE": str(self.database),
            "NOVOED_PUBLISHED": str(self.folder / "published" / "novoed.duckdb"),
            **self.settings,
        }

    def _run(
        self,
        command: list[str],
        environment: dict[str, str],
        text: str = "",
        preexec: Callable[[], None] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
            preexec_fn=preexec,
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left with it at the end."""
    items.sort(key=lambda item: [name not in getattr(item, "fixturenames", ()) for name in ("builds", "warehouse")])


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A small sample institution, loaded and built with every dbt test, unit tests included.

    The first worker that asks for it builds it, each other gets a copy: DuckDB's file is for one process at a time.
    """
    own = Warehouse(tmp_path_factory.mktemp("warehouse"))
    temporary = tmp_path_factory.getbasetemp()
    built = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / "warehouse"
    with FileLock(built.with_suffix(".lock")):
        if built.exists():
            shutil.copytree(built, own.folder, dirs_exist_ok=True)
            return own
        for run in (
            own.novoed("sample", "--out", str(own.landing), "--learners", "250", "--until", "2026-10-31"),
            own.novoed("load"),
            own.dbt("build"),
        ):
            assert run.returncode == 0, f"{run.args}\n{run.stdout[-6000:]}{run.stderr[-2000:]}"
        shutil.copytree(own.folder, built)
    return own


@pytest.fixture(scope="session")
def published(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's published file."""
    path = tmp_path_factory.mktemp("published") / "novoed.duckdb"
    publish(warehouse.database, path)
    return path


@pytest.fixture(scope="session")
def report(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The sample's report."""
    from report_page import read_report

    return read_report(published, tmp_path_factory.mktemp("report") / "index.html")


@pytest.fixture
def changed(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Report]:
    """The report of the sample's published file after some statements, to save time without charts unless asked for."""
    import vl_convert

    from report_page import read_report

    def change(*statements: str, with_names: bool = False, is_drawn: bool = False) -> Report:
        if not is_drawn:
            monkeypatch.setattr(vl_convert, "vegalite_to_svg", lambda _: "<svg></svg>")
        copy = tmp_path / "novoed.duckdb"
        shutil.copyfile(published, copy)
        with duckdb.connect(copy) as connection:
            for statement in statements:
                connection.execute(statement)
        return read_report(copy, tmp_path / "index.html", with_names=with_names)

    return change
