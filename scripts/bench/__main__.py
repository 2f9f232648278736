"""Measures and writes docs/performance.md: `make bench`, or with options

make bench ROWS=10_000_000 BENCH="--only load,build --rounds 1 --against REV"
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import again, build, fresh, load, page, spark
from bench.measure import ROOT, Line, say


def main() -> None:
    """Measures the parts that were asked for, and writes the page."""
    parser = argparse.ArgumentParser("bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of user_activities (1,000,000)")
    parser.add_argument("--rounds", type=int, default=3, help="of how many the median is taken (3)")
    parser.add_argument(
        "--only",
        default="load,build,again",
        help="parts, separated by commas: load,build,again unless said otherwise, and spark,fresh,tests",
    )
    parser.add_argument("--against", default=build.BEFORE, metavar="REV", help=f"the commit before ({build.BEFORE})")
    parser.add_argument("--folder", type=Path, default=ROOT / "data" / "bench", help="where the data lie and stay")
    arguments = parser.parse_args()
    folder, rows, rounds = arguments.folder.absolute(), arguments.rows, arguments.rounds
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, Callable[[], list[Line]]] = {
        "load": partial(load.measure, folder, rows, rounds),
        "build": partial(build.measure, folder, rows, rounds, arguments.against),
        "again": partial(again.measure, folder, rounds),
        "spark": partial(spark.measure, folder, rows, rounds),
        "fresh": partial(fresh.measure, "make", rounds, arguments.against),
        "tests": partial(fresh.measure, "make test", rounds, arguments.against),
    }
    asked = arguments.only.split(",")
    if unknown := set(asked) - parts.keys():
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    for part in asked:
        page.keep(folder, part, parts[part](), rows=0 if part in ("again", "fresh", "tests") else rows, rounds=rounds)
        page.write(folder)
    say(f"Written: {page.PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
