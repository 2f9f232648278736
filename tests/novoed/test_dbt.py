"""dbt as a child process: steered by this project alone, and ended with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from novoed import dbt


def test_what_steers_other_dbt_projects_does_not_steer_this_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH", "DBT_PROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    database = tmp_path / "n.duckdb"
    assert dbt.run_dbt(database, "--quiet", "parse") == 0
    assert not (tmp_path / "elsewhere").exists()


def test_dbt_reads_the_database_of_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []

    class Process:
        def __init__(self, _command: list[str], env: dict[str, str]) -> None:
            seen.append(env)

        def __enter__(self) -> Process:
            return self

        def __exit__(self, *_: object) -> None: ...

        def wait(self, _limit: float) -> int:
            return 0

    monkeypatch.setattr("subprocess.Popen", Process)
    monkeypatch.chdir(tmp_path)
    dbt.run_dbt(Path("data/novoed.duckdb"), "build")
    monkeypatch.chdir(dbt.ROOT)
    dbt.run_dbt(Path("data/novoed.duckdb"), "build")
    dbt.run_dbt(Path("other.duckdb"), "build")
    assert [env["NOVOED_DATABASE"] for env in seen] == [
        str(tmp_path / "data" / "novoed.duckdb"),
        "",  # as in a plain `dbt build`
        str(dbt.ROOT / "other.duckdb"),
    ]


def test_an_interrupt_that_only_we_get_ends_dbt_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Deaf(subprocess.Popen[bytes]):
        """A dbt that no terminal has told."""

        def __init__(self, _command: list[str], env: dict[str, str]) -> None:
            script = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)"
            super().__init__([sys.executable, "-c", script], env=env)
            started.append(self)

    started: list[Deaf] = []
    monkeypatch.setattr("subprocess.Popen", Deaf)
    monkeypatch.setattr(dbt, "_PATIENCE", 0.1)
    threading.Timer(1, signal.pthread_kill, (threading.get_ident(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        dbt.run_dbt(tmp_path / "n.duckdb", "build")
    assert time.monotonic() - begun < 30
    assert started[0].returncode == -signal.SIGTERM
