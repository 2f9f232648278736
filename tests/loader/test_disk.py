"""One at a time: a lock is held by one process, says by which, and ends with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loader.disk import locked
from loader.errors import AlreadyRunning

HOLD = """
import sys, pathlib, loader.disk
with loader.disk.locked(pathlib.Path(sys.argv[1]), "X"):
    print("held", flush=True)
    input()
"""


def test_a_held_lock_names_its_holder_and_is_free_afterwards(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    for _ in range(2):
        with locked(file, "A copy of it is under way"):
            message = f"^A copy of it is under way \\(process {os.getpid()}\\)\\. Nothing was done; wait for it to end"
            with pytest.raises(AlreadyRunning, match=message), locked(file, "A copy of it is under way"):
                pass
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    command = [sys.executable, "-c", HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(AlreadyRunning, match=f"process {holder.pid}"), locked(file, "X"):
            pass
        holder.kill()
        holder.wait()
        with locked(file, "X"):
            pass
