"""What the two commands of the README take in a fresh clone, set-up included, beside the commit before.

Measured is what is committed.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from bench.build import BEFORE
from bench.measure import ROOT, Line, Timing, ratio, say, side_by_side, timed


def measure(command: str, rounds: int, against: str = BEFORE) -> list[Line]:
    """The lines of the page, of `make` or `make test`."""
    say(f"{command}, in fresh clones")
    _in_a_clone("HEAD", "make .venv/installed-dev")  # fills pip's cache, for both
    taken = side_by_side(
        {"before": partial(_in_a_clone, against, command), "now": partial(_in_a_clone, "HEAD", command)}, rounds
    )
    return [ratio(f"{command} ÷ that of the commit before ({against})", taken["now"], taken["before"], "<= 1")]


def _in_a_clone(revision: str, command: str) -> Timing:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        clone = Path(folder, ROOT.name)
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        subprocess.run(["git", "-C", clone, "checkout", "--quiet", "--detach", _commit(revision)], check=True)
        bare = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NOVOED_", "PYTHON", "VIRTUAL_", "MAKE", "MFLAGS"))
        }
        return timed(command.split(), clone, bare)


def _commit(revision: str) -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", f"{revision}^{{commit}}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
