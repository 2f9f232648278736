"""The same build on local Spark and on DuckDB, and what the way there and back takes.

Spark is not among the packages of the benchmark: `make .venv/installed-spark` first, and Java.
"""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path

from bench.build import DBT, TESTS_ASIDE, raw_database
from bench.measure import LAST_DAY, ROOT, Line, Timing, python, ratio, remove, say, seconds, side_by_side

MEMORY = "8g"
"""What Spark gets where NOVOED_SPARK_MEMORY says nothing: with less it writes aside more."""


def measure(folder: Path, rows: int, rounds: int) -> list[Line]:
    """The lines of the page."""
    say("spark")
    work = folder / "work-spark"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    database, raw = work / "novoed.duckdb", work / "raw"
    memory = os.environ.get("NOVOED_SPARK_MEMORY") or MEMORY
    settings = {
        "NOVOED_DATABASE": str(database),
        "NOVOED_PUBLISHED": str(work / "published" / "novoed.duckdb"),
        "NOVOED_SPARK_RAW": str(raw),
        "NOVOED_SPARK_WAREHOUSE": str(work / "spark"),
        "NOVOED_SPARK_MEMORY": memory,
    }
    novoed = partial(python, "-m", "novoed", environment=settings)

    def export() -> Timing:
        shutil.rmtree(raw, ignore_errors=True)
        return novoed("export", "--raw", "--to", raw)

    def build(target: str) -> Timing:
        if target == "spark":
            shutil.rmtree(work / "spark", ignore_errors=True)
        else:
            shutil.copy(raw_database(folder, rows), remove(database))
        places = ["--project-dir", ROOT, "--profiles-dir", ROOT]
        places += ["--target-path", work / target, "--log-path", work / target]
        arguments = [
            "--quiet",
            "build",
            *TESTS_ASIDE,
            "--target",
            target,
            *places,
            "--vars",
            f"{{as_of: '{LAST_DAY}'}}",
        ]
        return python("-m", "bench.with_children", "dbt.cli.main", *arguments, environment=settings)

    for target in ("local", "spark"):
        python("-c", DBT, "parse", "--target", target, environment=settings)
    taken = side_by_side(
        {
            "DuckDB": partial(build, "local"),
            "export --raw": export,
            "export --raw, nothing new": partial(novoed, "export", "--raw", "--to", raw),
            "Spark": partial(build, "spark"),
            "publish": partial(novoed, "publish"),
            "publish --from spark": partial(novoed, "publish", "--from", "spark"),
        },
        rounds,
    )
    parquet_bytes = sum(path.stat().st_size for path in raw.glob("*/*.parquet"))
    return [
        ratio(
            f"dbt build, tests aside: local Spark ({memory} of memory) ÷ DuckDB", taken["Spark"], taken["DuckDB"], ""
        ),
        _peak("the most memory that Spark's processes took, each", taken["Spark"]),
        _peak("the most memory that DuckDB's took", taken["DuckDB"]),
        seconds(f"export --raw: {parquet_bytes / 1e6:,.0f} MB of Parquet", taken["export --raw"]),
        seconds("export --raw with nothing new", taken["export --raw, nothing new"]),
        ratio("publish --from spark ÷ publish", taken["publish --from spark"], taken["publish"], ""),
    ]


def _peak(what: str, timing: Timing) -> Line:
    return Line(what, f"{timing.peak_bytes / 2**20:,.0f} MiB", timing.peak_bytes / 2**30, "", "GiB")
