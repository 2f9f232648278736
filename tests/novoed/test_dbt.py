"""dbt as a child process: steered by this project alone, and ended with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from novoed import dbt


def test_what_steers_other_dbt_projects_does_not_steer_this_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH", "DBT_PROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # a parse followed for coverage takes twice as long
    database = tmp_path / "n.duckdb"
    assert dbt.run_dbt(database, "--quiet", "parse") == 0
    assert not (tmp_path / "elsewhere").exists()


def test_dbt_reads_the_database_of_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[str] = []
    memory: list[str | None] = []

    def note(_command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        seen.append(environment["NOVOED_DATABASE"])
        memory.append(environment.get("NOVOED_MEMORY"))
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(dbt, "_start", note)
    monkeypatch.chdir(tmp_path)
    assert dbt.run_dbt(Path("data/novoed.duckdb"), "build") == 0
    monkeypatch.chdir(dbt.ROOT)
    monkeypatch.delenv("NOVOED_MEMORY", raising=False)
    dbt.run_dbt(Path("data/novoed.duckdb"), "build")
    dbt.run_dbt(Path("other.duckdb"), "build", memory="2GB")
    assert seen == [
        str(tmp_path / "data" / "novoed.duckdb"),
        "",  # as in a plain `dbt build`
        str(dbt.ROOT / "other.duckdb"),
    ]
    assert memory == [None, None, "2GB"], "also where a .env says it, which dbt does not read"


INTERRUPTED = """
import os, sys
from pathlib import Path
from novoed.dbt import run_dbt
os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
try:
    run_dbt(Path(sys.argv[1], "n.duckdb"), "--no-partial-parse", "parse", "--target-path", sys.argv[1])
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interrupt_ends_dbt_without_a_word_of_its_own(tmp_path: Path) -> None:
    """As at a terminal: the whole process group gets the signal."""
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        assert "Running with dbt" in process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert output.splitlines()[-1] == "interrupted"
    assert errors == ""


@pytest.mark.parametrize(
    ("status", "message", "is_full"),
    [
        ("error", 'Failed to commit: Could not write file "n.duckdb.wal": No space left on device', True),
        ("error", "Binder Error: no such column", False),
        ("error", None, False),
        ("fail", "Got 1 result: No space left", False),
    ],
)
def test_a_full_disk_is_told_from_other_errors(tmp_path: Path, status: str, message: str | None, is_full: bool) -> None:
    results = [{"status": "success", "message": "OK"}, {"status": status, "message": message}]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    assert dbt.ran_out_of_space(tmp_path) == is_full
    dbt.forget_results(tmp_path)
    dbt.forget_results(tmp_path)
    assert not dbt.ran_out_of_space(tmp_path)
