"""What the two commands of the README take in a fresh clone, set-up included, beside the commit before."""

from __future__ import annotations

import os
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from bench.build import BEFORE
from bench.measure import ROOT, Line, Timing, ratio, say, side_by_side, timed


def measure(rounds: int, against: str = BEFORE) -> list[Line]:
    """The lines of the page."""
    say("make and make test, in fresh clones")
    taken = side_by_side(
        {
            f"{command} {side}": partial(_in_a_clone, revision, command)
            for command in ("make", "make test")
            for side, revision in (("before", against), ("now", "HEAD"))
        },
        rounds,
    )
    return [
        ratio(
            f"{command} ÷ that of the commit before ({against})",
            taken[f"{command} now"],
            taken[f"{command} before"],
            "<= 1",
        )
        for command in ("make", "make test")
    ]


def _in_a_clone(revision: str, command: str) -> Timing:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        clone = Path(folder, ROOT.name)
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        subprocess.run(["git", "-C", clone, "checkout", "--quiet", "--detach", _commit(revision)], check=True)
        bare = {
            name: value for name, value in os.environ.items() if not name.startswith(("NOVOED_", "PYTHON", "VIRTUAL_"))
        }
        return timed(command.split(), clone, bare)


def _commit(revision: str) -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", f"{revision}^{{commit}}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
