"""What others make of the same files: `python -m bench.comparators NAME LANDING DATABASE`.

duckdb: its own CSV reader into a table. append and merge: dlt with its DuckDB destination, fed with Arrow tables, which
is the fastest way into it; merge on the key.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

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


def _dlt(landing: Path, database: Path, disposition: str) -> None:
    folder = database.parent / "dlt"
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": str(folder), "RUNTIME__LOG_LEVEL": "ERROR"}
    os.chdir(database.parent)  # where it looks for settings
    import dlt
    import pyarrow as pa
    from pyarrow import csv

    columns = DATA_SETS[_NAME].columns
    types = csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()))

    def rows() -> Iterator[pa.Table]:
        for file in _files(landing):
            yield csv.read_csv(file, convert_options=types)

    resource = dlt.resource(
        rows,
        name=_NAME,
        write_disposition=disposition,
        primary_key=DATA_SETS[_NAME].key,
        columns={name: {"data_type": "text", "nullable": True} for name in columns},
    )
    pipeline = dlt.pipeline(
        f"bench_{disposition}",
        pipelines_dir=str(folder),
        destination=dlt.destinations.duckdb(str(database)),
        dataset_name="raw",
    )
    pipeline.drop()
    pipeline.run(resource).raise_on_failed_jobs()


def main(name: str, landing: Path, database: Path) -> None:
    """Runs one of them."""
    if name == "duckdb":
        _duckdb(landing, database)
    else:
        _dlt(landing, database, name)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
