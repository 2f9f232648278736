"""What a run takes that has nothing to do: `make` again on the sample."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.measure import LAST_DAY, Line, novoed, python, remove, say, seconds, side_by_side


def measure(folder: Path, rounds: int) -> list[Line]:
    """The lines of the page."""
    say("make again, on the sample")
    work = folder / "again"
    landing, database = work / "landing", work / "novoed.duckdb"
    shutil.rmtree(work, ignore_errors=True)
    python("-m", "novoed", "sample", "--out", landing, "--until", LAST_DAY)
    novoed("run", landing, remove(database))
    taken = side_by_side(
        {name: lambda name=name: novoed(name, landing, database) for name in ("run", "load")},  # type: ignore[misc]
        rounds,
    )
    return [
        seconds("make again with nothing new, on the sample", taken["run"], "<= 10"),
        seconds("of which loading (a process of its own)", taken["load"], "<= 1"),
    ]
