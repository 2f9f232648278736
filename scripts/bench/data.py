"""The data: the sample institution with so many rows of user_activities, in pages as `extract` lands them.

`python -m bench.data FOLDER ROWS` writes FOLDER/landing with every data set in gzip pages of 20,000 rows, oldest first.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
from pathlib import Path

import duckdb

from bench.measure import LAST_DAY, python, say
from loader.catalog import DATA_SETS
from loader.landing.folder import zstd

PAGE_ROWS = 20_000
ROWS_PER_LEARNER = 48.8
FORMS = ("pages", "one file", "gzip pages", "zstd pages")


def landing_of(folder: Path, rows: int) -> Path:
    """The landing folder with so many rows of user_activities, and of all the others what belongs to them."""
    landing = folder / f"{rows}" / "landing"
    if not landing.exists():
        say(f"Making the data: {rows:,} rows of user_activities and what belongs to them …")
        python("-m", "bench.data", landing.parent, rows)
    return landing


def form_of(landing: Path, form: str) -> Path:
    """A landing folder with the user_activities of another one alone, in one of FORMS."""
    folder = landing.parent / form.replace(" ", "-")
    if folder.exists():
        return folder
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    target = draft / "user_activities"
    target.mkdir(parents=True)
    for number, page in enumerate(sorted((landing / "user_activities").glob("*.csv.gz"))):
        text = gzip.decompress(page.read_bytes())
        if form == "one file":
            with (target / "all.csv").open("ab") as out:
                out.write(text[text.index(b"\n") + 1 :] if number else text)
        elif form == "pages":
            (target / page.stem).write_bytes(text)
        elif form == "zstd pages":
            (target / f"{page.stem}.zst").write_bytes(zstd.compress(text))
        else:
            os.link(page, target / page.name)
    draft.rename(folder)
    return folder


def copies_of(pages: Path, times: int) -> Path:
    """A landing folder with the same pages several times, for more rows."""
    folder = pages.with_name(f"{pages.name}-{times}")
    for copy in range(times):
        target = folder / "user_activities" / f"{copy}"
        if not target.exists():
            target.mkdir(parents=True)
            for page in (pages / "user_activities").iterdir():
                os.link(page, target / page.name)
    return folder


def day_after(landing: Path) -> Path:
    """A landing folder with the pages of another one, and a day's pages more: 1 % of all records, touched."""
    folder = landing.parent / "day"
    if not folder.exists():
        python("-m", "bench.data", landing, folder)
    return folder


def size_of(landing: Path) -> int:
    """Bytes of the CSV text in a landing folder of gzip pages, each of which ends with the length of its text."""
    return sum(int.from_bytes(path.read_bytes()[-4:], "little") for path in landing.rglob("*.csv.gz"))


def _write_pages(folder: Path, rows: int) -> None:
    sample, draft = folder / "sample", folder / ".landing"
    shutil.rmtree(sample, ignore_errors=True)
    shutil.rmtree(draft, ignore_errors=True)
    learners = max(1, round(rows / ROWS_PER_LEARNER))
    python("-m", "novoed", "sample", "--out", sample, "--learners", learners, "--until", LAST_DAY)
    for data_set in DATA_SETS.values():
        if not (sample / data_set.name).is_dir():
            continue
        with duckdb.connect() as connection:
            files = sorted(str(path) for path in (sample / data_set.name).rglob("*.csv*"))
            connection.execute(
                "create table rows as select * from read_csv($files, all_varchar = true, union_by_name = true)"
                f" order by {data_set.updated_column}",
                {"files": files},
            )
            _copy_pages(connection, draft / data_set.name, "")
    draft.rename(folder / "landing")
    shutil.rmtree(sample)


def _copy_pages(connection: duckdb.DuckDBPyConnection, target: Path, prefix: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    (count,) = connection.execute("select count(*) from rows").fetchone() or (0,)
    for number in range(-(-count // PAGE_ROWS)):
        connection.execute(
            f"copy (select * from rows where rowid >= {number * PAGE_ROWS} and rowid < {(number + 1) * PAGE_ROWS})"
            f" to '{target / f'{prefix}{number:05}.csv.gz'}' (header)"
        )


def _write_day(landing: Path, folder: Path) -> None:
    draft = folder.with_name(".day")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(landing, draft, copy_function=os.link)
    for data_set in DATA_SETS.values():
        source = landing / data_set.name
        if not source.is_dir():
            continue
        with duckdb.connect() as connection:
            connection.execute(
                f"create table rows as select * replace ('{LAST_DAY} 06:00:00 UTC' as {data_set.updated_column})"
                " from (from read_csv($files, all_varchar = true) using sample 1 percent (bernoulli, 1))",
                {"files": sorted(str(path) for path in source.glob("*.csv.gz"))},
            )
            _copy_pages(connection, draft / data_set.name, "day-")
    draft.rename(folder)


if __name__ == "__main__":
    if sys.argv[2].isdecimal():
        _write_pages(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        _write_day(Path(sys.argv[1]), Path(sys.argv[2]))
