"""What `extract` has on record, as two tables of schema `raw`, written anew by every load.

raw._extraction_intervals  grain: one row per data set and covered interval or gap (`coverage.INTERVAL_COLUMNS`)
raw._extraction_calls      grain: one row per call (`coverage.CALL_COLUMNS`)
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from loader.extract.coverage import call_rows, coverage_rows


def write_extraction_tables(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Replaces both tables; they exist, empty, also where nothing was extracted into the landing folder."""
    for name, frame in (("_extraction_intervals", coverage_rows(landing)), ("_extraction_calls", call_rows(landing))):
        connection.register("extraction", frame.to_arrow())
        connection.execute(f"create or replace table raw.{name} as select * from extraction")
        connection.unregister("extraction")
