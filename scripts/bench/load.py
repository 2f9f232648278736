"""How fast `novoed load` is, and how much memory it takes."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from bench.build import TESTS_ASIDE, dbt
from bench.data import FORMS, copies_of, day_after, form_of, landing_of
from bench.measure import ROOT, Line, Timing, novoed, python, ratio, remove, say, side_by_side

_TARGETS = dict(zip(FORMS, ("<= 1.3", "<= 1.15", "<= 1.15", "<= 1.15"), strict=True))


def measure(folder: Path, rows: int, rounds: int) -> list[Line]:
    """The lines of the page."""
    landing = landing_of(folder, rows)
    work = folder / "work-load"
    work.mkdir(exist_ok=True)
    return [
        *_against_duckdb(landing, work, rounds),
        *_against_dlt(form_of(landing, "pages"), work, rounds),
        *_memory(landing, work, rows),
        *_next_day(landing, work, rounds),
        _growth(folder, work, rows, rounds),
    ]


def _load(landing: Path, database: Path) -> Timing:
    return novoed("load", landing, remove(database))


def _other(name: str, landing: Path, database: Path) -> Timing:
    return python("-m", "bench.comparators", name, landing, remove(database))


def _against_duckdb(landing: Path, work: Path, rounds: int) -> list[Line]:
    lines = []
    for form, target in _TARGETS.items():
        files = form_of(landing, form)
        count = sum(1 for path in files.rglob("*") if path.is_file())
        say(f"load, {form}")
        taken = side_by_side(
            {
                "duckdb": partial(_other, "duckdb", files, work / "duckdb.duckdb"),
                "novoed": partial(_load, files, work / "novoed.duckdb"),
            },
            rounds,
        )
        what = f"load of user_activities, {count:,} {form if count > 1 else 'file'} ÷ DuckDB's read_csv into a table"
        lines.append(ratio(what, taken["novoed"], taken["duckdb"], target))
    return lines


def _against_dlt(pages: Path, work: Path, rounds: int) -> list[Line]:
    say("load, dlt")

    def load_and_stage() -> Timing:
        database = work / "novoed.duckdb"
        arguments = ("build", "--select", "+stg_novoed__user_activities", *TESTS_ASIDE)
        return _load(pages, database) + dbt(ROOT, database, work, *arguments)

    taken = side_by_side(
        {
            "novoed": partial(_load, pages, work / "novoed.duckdb"),
            "dlt append": partial(_other, "append", pages, work / "dlt.duckdb"),
            "novoed with staging": load_and_stage,
            "dlt merge": partial(_other, "merge", pages, work / "dlt.duckdb"),
        },
        rounds,
    )
    shutil.rmtree(work / "dlt", ignore_errors=True)
    return [
        ratio("dlt append ÷ load, the same pages", taken["dlt append"], taken["novoed"], ">= 2"),
        ratio("dlt merge ÷ (load + staging build)", taken["dlt merge"], taken["novoed with staging"], ">= 2.5"),
    ]


def _memory(landing: Path, work: Path, rows: int) -> list[Line]:
    say("load, memory")
    pages = form_of(landing, "pages")
    once = _load(pages, work / "novoed.duckdb").peak_bytes
    four_times = _load(copies_of(pages, 4), work / "novoed.duckdb").peak_bytes
    return [
        Line(f"peak memory of load, {rows:,} rows", f"{once / 2**20:,.0f} MiB", once / 2**30, "<= 1", "GiB"),
        Line(f"the same, {4 * rows:,} rows", f"{four_times / 2**20:,.0f} MiB", four_times / 2**30, "<= 1", "GiB"),
        Line(
            "the one ÷ the other",
            f"{four_times / 2**20:,.0f} ÷ {once / 2**20:,.0f} MiB",
            max(once, four_times) / min(once, four_times),
            "<= 1.15",
        ),
    ]


def _next_day(landing: Path, work: Path, rounds: int) -> list[Line]:
    say("load, a day's run")
    database, loaded = work / "novoed.duckdb", work / "loaded.duckdb"
    full = side_by_side({"full load": partial(_load, landing, loaded)}, rounds)["full load"]

    def load_the_day(files: Path) -> Timing:
        shutil.copy(loaded, remove(database))
        return novoed("load", files, database)

    taken = side_by_side(
        {"nothing new": partial(load_the_day, landing), "a day": partial(load_the_day, day_after(landing))}, rounds
    )
    remove(loaded)
    return [
        ratio("load of a day (1 % of all data sets touched, in pages) ÷ full load", taken["a day"], full, "<= 0.03"),
        ratio("load of nothing new ÷ full load", taken["nothing new"], full, ""),
    ]


def _growth(folder: Path, work: Path, rows: int, rounds: int) -> Line:
    say("load, growth")
    database = work / "novoed.duckdb"
    sizes = {f"{count:,}": landing_of(folder, count) for count in (rows // 10, rows)}
    taken = side_by_side({name: partial(_load, landing, database) for name, landing in sizes.items()}, rounds)
    small, large = taken.values()
    return ratio(f"growth of load from {rows // 10:,} to {rows:,} rows, all data sets", large, small, "<= 10.5")
