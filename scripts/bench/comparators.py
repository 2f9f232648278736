"""What others make of the same files: `python -m bench.comparators NAME LANDING DATABASE`.

duckdb: its own CSV reader into a table. append and merge: dlt with its own source of CSV files, which reads them with
DuckDB and passes Arrow tables on, its fastest way, and its DuckDB destination; merge on the key, keeping the
latest update.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

from loader.catalog import DATA_SETS

_NAME = "user_activities"


def _files(landing: Path) -> list[str]:
    return sorted(str(path) for path in (landing / _NAME).rglob("*.csv*"))


def _duckdb(landing: Path, database: Path) -> None:
    import duckdb

    with duckdb.connect(database) as connection:
        connection.execute(
            "create table rows as select * from read_csv($files, all_varchar = true)", {"files": _files(landing)}
        )


def _dlt(landing: Path, database: Path, disposition: Literal["append", "merge"]) -> None:
    folder = database.parent / "dlt"
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": str(folder), "RUNTIME__LOG_LEVEL": "ERROR"}
    os.chdir(database.parent)  # where it looks for settings
    import dlt
    from dlt.sources.filesystem import filesystem, read_csv_duckdb

    files = filesystem(bucket_url=(landing / _NAME).as_uri(), file_glob="**/*.csv")
    # Parts of a key must not be NULL there, so an empty field stays an empty text.
    rows = files | read_csv_duckdb(use_pyarrow=True, chunk_size=20_000, all_varchar=True, na_values="NULL")
    rows.apply_hints(write_disposition=disposition, primary_key=DATA_SETS[_NAME].key)
    if disposition == "merge":
        # without it any of several versions in one page would do
        rows.apply_hints(columns={"updated_date": {"name": "updated_date", "dedup_sort": "desc"}})
    pipeline = dlt.pipeline(
        f"bench_{disposition}",
        pipelines_dir=str(folder),
        destination=dlt.destinations.duckdb(str(database)),
        dataset_name="raw",
    )
    pipeline.drop()
    pipeline.run(rows.with_name(_NAME)).raise_on_failed_jobs()


def main(name: str, landing: Path, database: Path) -> None:
    """Runs one of them."""
    if name == "duckdb":
        _duckdb(landing, database)
    else:
        _dlt(landing, database, "merge" if name == "merge" else "append")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
