"""What several test files share: one sample institution, loaded and built once by the commands that users call."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from publisher.publish import publish

if TYPE_CHECKING:
    from report_page import Report  # whatever the report is drawn with is loaded where it is tested

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Warehouse:
    """A sample institution's landing folder, database and dbt target folder."""

    folder: Path

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
        return self._run([sys.executable, "-m", "novoed", *arguments])

    def dbt(self, *arguments: str, preexec: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
        """Runs dbt on this warehouse; `preexec` in its process before it begins."""
        command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments]
        command += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
        command += ["--target-path", str(self.target), "--log-path", str(self.folder / "logs")]
        return self._run(command, preexec)

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with the settings that name this warehouse."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("NOVOED_")}
        return ours | {
            "NOVOED_LANDING": str(self.landing),
            "NOVOED_DATABASE": str(self.database),
            "NOVOED_PUBLISHED": str(self.folder / "published" / "novoed.duckdb"),
        }

    def _run(self, command: list[str], preexec: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
            preexec_fn=preexec,
        )


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A small sample institution, loaded and built with every dbt test, unit tests included."""
    built = Warehouse(tmp_path_factory.mktemp("warehouse"))
    for run in (
        built.novoed("sample", "--out", str(built.landing), "--learners", "250", "--until", "2026-10-31"),
        built.novoed("load"),
        built.dbt("build"),
    ):
        assert run.returncode == 0, f"{run.args}\n{run.stdout[-6000:]}{run.stderr[-2000:]}"
    return built


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
