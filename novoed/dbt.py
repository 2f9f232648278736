"""dbt as a child process: this project's, on the database of the settings, whatever is set for other projects.

A process of its own, because within ours it would keep DuckDB's file open while publish reads it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from loader.settings import Settings

ROOT = Path(__file__).parents[1]
_DBT = "from dbt.cli.main import cli; cli(prog_name='dbt')"
_FOREVER = 10**7


def run_dbt(database: Path, *arguments: str) -> int:
    """Runs dbt, shows what it says, and returns its exit status. An interrupt ends it, too."""
    folders = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    with _start([sys.executable, "-c", _DBT, *arguments, *folders], _environment(database)) as process:
        try:
            # Not without a limit: once polars is at work, an interrupt does not end such a wait.
            return process.wait(_FOREVER)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Starts a process that no Ctrl+C reaches: dbt would show a traceback. `run_dbt` ends it instead."""
    ours = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.Popen(command, env=environment)
    finally:
        signal.signal(signal.SIGINT, ours)


def _environment(database: Path) -> dict[str, str]:
    """Ours, without the variables by which other dbt projects steer theirs (DBT_PROFILES_DIR, DBT_TARGET_PATH, …)."""
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("DBT_")}
    # Named as in a plain `dbt build` from here: dbt parses everything anew when this variable changes.
    is_default = Path.cwd() == ROOT and database == Settings.model_fields["database"].default
    return environment | {"NOVOED_DATABASE": "" if is_default else str(database.absolute())}
