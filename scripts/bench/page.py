"""docs/performance.md, from what was measured last of each part, with each number of rows."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.measure import ROOT, Line

PAGE = ROOT / "docs" / "performance.md"
_STEPS = Path(__file__).with_name("steps.md")
_PACKAGES = ("duckdb", "polars", "pyarrow", "dbt-core", "dbt-duckdb", "dlt")
_OF_PART = {"spark": ("duckdb", "dbt-core", "dbt-duckdb", "pyspark", "dbt-spark")}
_TITLES = {
    "load": "Loading",
    "build": "Building",
    "spark": "On Spark",
    "again": "A run with nothing to do",
    "fresh": "In a fresh clone",
    "tests": "Every test, in a fresh clone",
}


def keep(folder: Path, part: str, lines: list[Line], *, rows: int, rounds: int) -> None:
    """Puts what was measured of a part in the place of what was measured before."""
    versions = ", ".join(f"{name} {version(name)}" for name in _OF_PART.get(part, _PACKAGES))
    found = {
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()} GiB; Python {platform.python_version()},"
        f" {versions}",
        "load": f"{os.getloadavg()[2] / (os.cpu_count() or 1):.1f}",
        "rows": rows,
        "rounds": rounds,
        "lines": [asdict(line) for line in lines],
    }
    (folder / f"{part}-{rows:012}.json").write_text(
        json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def write(folder: Path) -> None:
    """Writes the page."""
    text = [
        "# Performance",
        "",
        "Written by `make bench`, which measures everything side by side, each measurement in a process of its own, on",
        "the sample generator's data: so many rows of user_activities, and 2.6 times as many rows of the others.",
        "Ratios count; seconds are this machine's. Where other work ran beside it, the ratio of CPU times says more.",
    ]
    for part, title in _TITLES.items():
        for path in sorted(folder.glob(f"{part}-*.json"), reverse=True):
            text += _section(title, json.loads(path.read_text(encoding="utf-8")))
    PAGE.write_text("\n".join([*text, "", _STEPS.read_text(encoding="utf-8")]), encoding="utf-8")


def _section(title: str, found: dict[str, object]) -> list[str]:
    lines = [Line(**line) for line in found["lines"]]  # type: ignore[attr-defined]
    size = f"{found['rows']:,} rows of user_activities" if found["rows"] else "the sample of `make`"
    return [
        "",
        f"## {title}: {size}",
        "",
        f"Rounds, of which each figure is the median: {found['rounds']}; {found['measured_at']}. {found['machine']}."
        f" In the 15 minutes before it ended {found['load']} processes per core were at work (1: the benchmark alone).",
        "",
        "| what | measured | value | target | met |",
        "| --- | --- | --- | --- | --- |",
        *(_row(line) for line in lines),
    ]


def _row(line: Line) -> str:
    unit = f" {line.unit}" if line.unit else ""
    target = line.target.replace("<=", "≤").replace(">=", "≥") + unit if line.target else "none"
    met = ("yes" if line.is_met else "**no**") if line.target else "none"
    return f"| {line.what} | {line.measured} | {line.value:.2f}{unit} | {target} | {met} |"


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
