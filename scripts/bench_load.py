"""Times `novoed load` of user_activities against DuckDB's own reader, side by side, and prints the ratio.

    python scripts/bench_load.py [--rows 10000000] [--files 1 10] [--rounds 2] [--from FOLDER]

The data are the sample generator's user_activities, repeated under new outcome ids until there are enough rows (or
the CSV files below --from, as they are). Each measurement is a process of its own, so that its peak memory is its own.
The loader checks every record, hashes the file and notes each row's origin; the other side is
`create table … as select * from read_csv(…, all_varchar = true)`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from playground.academy import write_sample

_MEASURE = """
import json, re, sys, time
from pathlib import Path
import duckdb
from loader.landing.folder import walk_landing
from loader.warehouse.load import load_files
side, landing, database = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
start = time.perf_counter()
if side == "loader":
    rows = sum(result.landed_row_count for result in load_files(database, walk_landing(landing)))
else:
    with duckdb.connect(database) as connection:
        connection.execute("set enable_progress_bar = false")
        files = [str(path) for path in sorted((landing / "user_activities").glob("*.csv"))]
        connection.execute("create table t as select * from read_csv($files, all_varchar = true)", {"files": files})
        rows = connection.execute("select count(*) from t").fetchone()[0]
seconds = time.perf_counter() - start
# not ru_maxrss: that one remembers the parent's size at the fork
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(json.dumps([seconds, rows, peak]))
"""


def main() -> None:
    """Makes the data, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--files", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--from", dest="source", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-load-") as folder:
        source = arguments.source
        if source is None:
            source = Path(folder, "sample")
            write_sample(source)
        for file_count in arguments.files:
            landing = Path(folder, f"landing-{file_count}")
            _make_files(source, landing / "user_activities", arguments.rows, file_count)
            size = sum(path.stat().st_size for path in landing.rglob("*.csv"))
            print(f"{file_count} file(s), {size / 1e9:.2f} GB")
            best = {side: _best(side, landing, Path(folder), arguments.rounds) for side in ("duckdb", "loader")}
            print(f"  loader takes {best['loader'] / best['duckdb']:.2f} x the time of DuckDB's own reader", flush=True)


def _make_files(source: Path, target: Path, rows: int, file_count: int) -> None:
    target.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(
            "create table once as select * from read_csv($files, all_varchar = true, union_by_name = true)",
            {"files": [str(path) for path in (source / "user_activities").rglob("*.csv*")]},
        )
        (there,) = connection.execute("select count(*) from once").fetchone() or (0,)
        times = -(-rows // (there * file_count))
        for number in range(file_count):
            connection.execute(
                "copy (select once.* replace (coalesce(outcome_id, '') || '-' || copy as outcome_id)"
                f" from once, range({number * times}, {(number + 1) * times}) as copies (copy)"
                f" limit {-(-rows // file_count)}) to '{target / f'{number}.csv'}' (header)"
            )


def _best(side: str, landing: Path, folder: Path, rounds: int) -> float:
    """The seconds of the fastest of several rounds."""
    best = float("inf")
    for _ in range(rounds):
        database = folder / f"{side}.duckdb"
        database.unlink(missing_ok=True)
        command = [sys.executable, "-c", _MEASURE, side, str(landing), str(database)]
        seconds, rows, peak = json.loads(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
        )
        print(f"  {side}: {rows:,} rows in {seconds:.1f} s, peak {peak / 2**20:.2f} GiB", flush=True)
        best = min(best, seconds)
    return best


if __name__ == "__main__":
    main()
