"""What several test files share: one sample institution, loaded and built once by the commands that users call."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

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

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs dbt on this warehouse."""
        command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments]
        command += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
        command += ["--target-path", str(self.target), "--log-path", str(self.folder / "logs")]
        return self._run(command)

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with the settings that name this warehouse."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("NOVOED_")}
        return ours | {
            "NOVOED_LANDING": str(self.landing),
            "NOVOED_DATABASE": str(self.database),
            "NOVOED_PUBLISHED": str(self.folder / "published" / "novoed.duckdb"),
        }

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=600, check=False
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
