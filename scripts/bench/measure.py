"""Processes, timed side by side: each measurement is a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAST_DAY = "2026-11-01"
"""The sample's last day, so that every run measures the same data; the builds speak of that day, too."""


@dataclass(frozen=True)
class Timing:
    """What a process took."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int

    def __add__(self, other: Timing) -> Timing:
        return Timing(
            self.seconds + other.seconds,
            self.cpu_seconds + other.cpu_seconds,
            max(self.peak_bytes, other.peak_bytes),
        )


@dataclass(frozen=True)
class Line:
    """A row of the page's table."""

    what: str
    measured: str
    value: float
    target: str
    """`<= 1.3` or `>= 2`; empty where there is none."""
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the value keeps the target."""
        if not self.target:
            return True
        sign, limit = self.target.split()
        return self.value <= float(limit) if sign == "<=" else self.value >= float(limit)


def python(*arguments: object, environment: Mapping[str, str] | None = None) -> Timing:
    """Runs this Python in the project's folder. Raises RuntimeError with its last words where it fails."""
    command = [sys.executable, *map(str, arguments)]
    return timed(command, ROOT, {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), **(environment or {})})


def timed(command: list[str], folder: Path, environment: Mapping[str, str]) -> Timing:
    """Runs a command in a folder. Raises RuntimeError with its last words where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:8])} … ended with {process.returncode}:\n{said[-2000:]}")
    return Timing(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def novoed(command: str, landing: Path, database: Path, memory: str = "") -> Timing:
    """Runs a command of ours that takes landing folder and database."""
    environment = {"NOVOED_LANDING": str(landing), "NOVOED_DATABASE": str(database), "NOVOED_MEMORY": memory}
    environment |= {"NOVOED_PUBLISHED": str(database.parent / "published" / "novoed.duckdb")}
    return python("-m", "novoed", command, environment=environment)


def side_by_side(sides: Mapping[str, Callable[[], Timing]], rounds: int) -> dict[str, Timing]:
    """The median of each side; every round measures all of them in turn."""
    taken: dict[str, list[Timing]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            timing = side()
            taken[name].append(timing)
            say(
                f"  {name}: {timing.seconds:.1f} s, CPU {timing.cpu_seconds:.1f} s,"
                f" peak {timing.peak_bytes / 2**20:,.0f} MiB"
            )
    return {
        name: Timing(
            statistics.median(timing.seconds for timing in timings),
            statistics.median(timing.cpu_seconds for timing in timings),
            max(timing.peak_bytes for timing in timings),
        )
        for name, timings in taken.items()
    }


def ratio(what: str, over: Timing, under: Timing, target: str) -> Line:
    """A line that divides one time by another."""
    measured = (
        f"{over.seconds:.1f} ÷ {under.seconds:.1f} s; CPU {over.cpu_seconds:.1f} ÷ {under.cpu_seconds:.1f} s"
        f" = {over.cpu_seconds / under.cpu_seconds:.2f}"
    )
    return Line(what, measured, over.seconds / under.seconds, target)


def say(text: str) -> None:
    """Shows how far the benchmark is."""
    print(text, flush=True)


def seconds(what: str, timing: Timing, target: str = "") -> Line:
    """A line for how long something takes."""
    return Line(what, f"{timing.seconds:.1f} s; CPU {timing.cpu_seconds:.1f} s", timing.seconds, target, "s")


def remove(database: Path) -> Path:
    """Makes room for a database that is made anew."""
    for path in (database, database.with_name(f"{database.name}.wal")):
        path.unlink(missing_ok=True)
    return database
