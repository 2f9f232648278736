"""How fast `dbt build` is, and how large the files are that come of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb

from bench.data import landing_of, size_of
from bench.measure import LAST_DAY, ROOT, Line, Timing, novoed, python, ratio, remove, say, side_by_side

BEFORE = "4a08c1f"
"""The commit before the work on speed."""
DBT = "from dbt.cli.main import cli; cli(prog_name='dbt')"
TESTS_ASIDE = ("--exclude-resource-type", "test", "unit_test")
_UNIT_TESTS_ASIDE = ("--exclude-resource-type", "unit_test")
"""As `make` builds: unit tests judge the code, not the data."""


def measure(folder: Path, rows: int, rounds: int, against: str = BEFORE) -> list[Line]:
    """The lines of the page."""
    work = folder / "work-build"
    shutil.rmtree(work, ignore_errors=True)  # what dbt remembers of an earlier run names folders that are gone
    work.mkdir()
    raw, small = raw_database(folder, rows), raw_database(folder, rows // 10)
    raw_before = _raw_before(raw)
    database = work / "novoed.duckdb"

    def build(source: Path, root: Path = ROOT, memory: str = "") -> Timing:
        shutil.copy(source, remove(database))
        return dbt(root, database, work, "build", *_UNIT_TESTS_ASIDE, memory=memory)

    say("build")
    with _worktree(against) as old:
        for root in (ROOT, old):
            dbt(root, database, work, "parse")
        taken = side_by_side(
            {
                "small": partial(build, small),
                "before": partial(build, raw_before, old),
                "2GB": partial(build, raw, memory="2GB"),
                "now": partial(build, raw),
            },
            rounds,
        )
    lines = [
        ratio(f"full dbt build ÷ the commit before ({against})", taken["now"], taken["before"], "<= 0.5"),
        ratio("full dbt build with NOVOED_MEMORY=2GB ÷ without", taken["2GB"], taken["now"], "<= 2"),
        ratio(f"growth of build from {rows // 10:,} to {rows:,} rows", taken["now"], taken["small"], "<= 11"),
        *_sizes(database, size_of(landing_of(folder, rows))),
    ]
    say("build, bare SQL")
    taken = side_by_side(
        {
            "dbt": lambda: dbt(ROOT, database, work, "run"),
            "bare": lambda: python("-m", "bench.bare", database, work / "target-now"),
        },
        rounds,
    )
    lines.insert(1, ratio("dbt run ÷ its compiled SQL on a bare connection", taken["dbt"], taken["bare"], "<= 1.15"))
    return lines


def dbt(root: Path, database: Path, work: Path, *arguments: str, memory: str = "") -> Timing:
    """Runs dbt for the project at `root`."""
    version = "now" if root == ROOT else "before"
    places = ["--project-dir", root, "--profiles-dir", root]
    places += ["--target-path", work / f"target-{version}", "--log-path", work / f"logs-{version}"]
    return python(
        "-c", DBT, "--quiet", *arguments, *places, "--vars", f"{{as_of: '{LAST_DAY}'}}",
        environment={"NOVOED_DATABASE": str(database.absolute()), "NOVOED_MEMORY": memory},
    )  # fmt: skip


def raw_database(folder: Path, rows: int) -> Path:
    """A database in which all data sets are loaded and nothing is built."""
    landing = landing_of(folder, rows)
    path = landing.parent / "novoed.duckdb"
    if not path.exists():
        draft = path.with_name("draft") / path.name
        draft.parent.mkdir(exist_ok=True)
        novoed("load", landing, remove(draft))
        draft.rename(path)
    return path


def _raw_before(raw: Path) -> Path:
    """The same as the loader of the commit before wrote it, in DuckDB's default storage."""
    path = raw.with_name("raw-before.duckdb")
    if not path.exists():
        draft = remove(path.with_name("raw-before.draft"))
        with duckdb.connect(config={"preserve_insertion_order": False}) as connection:
            connection.execute(f"attach '{raw}' as loaded (read_only)")
            connection.execute(f"attach '{draft}' as copied")
            connection.execute("copy from database loaded to copied")
        draft.rename(path)
    return path


def _sizes(database: Path, csv_bytes: int) -> Iterator[Line]:
    size = database.stat().st_size
    novoed("publish", database.parent, database)
    published = (database.parent / "published" / "novoed.duckdb").stat().st_size
    for what, bytes_, target in (("working", size, "<= 0.8"), ("published", published, "<= 0.25")):
        measured = f"{bytes_ / 1e6:,.0f} ÷ {csv_bytes / 1e6:,.0f} MB"
        yield Line(f"{what} file ÷ CSV size", measured, bytes_ / csv_bytes, target)


@contextmanager
def _worktree(revision: str) -> Iterator[Path]:
    """The project as it was, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tree = Path(folder, "before")
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), revision], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True, stdout=sys.stderr)
