"""Which intervals of each data set have been fetched from the API, and which are still missing.

Read from the record that `extract` keeps in the landing folder (`loader.extract.ledger`); nothing here writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from loader.catalog import DATA_SETS
from loader.extract.ledger import read_ledger
from loader.intervals import Interval, merge, subtract


@dataclass
class Coverage:
    """What is known of one data set: what was fetched completely, and what lies between and is still missing."""

    covered: list[Interval] = field(default_factory=list)
    gaps: list[Interval] = field(default_factory=list)


def read_coverage(landing: Path) -> dict[str, Coverage]:
    """Coverage by data set, for all ten; empty where nothing was extracted into this landing folder.

    A gap is what was once asked for and has not been fetched, between the oldest and the newest moment ever asked for.
    """
    coverage = {name: Coverage() for name in DATA_SETS}
    with read_ledger(landing) as ledger:
        if ledger is None:
            return coverage
        for name in DATA_SETS:
            covered = ledger.covered(name)
            wanted = ledger.wanted(name)
            hull = merge(covered + ([wanted] if wanted else []))
            gaps = subtract(Interval(hull[0].after, hull[-1].until), covered) if hull else []
            coverage[name] = Coverage(covered, gaps)
    return coverage


__all__ = ["CALL_COLUMNS", "INTERVAL_COLUMNS", "Coverage", "Interval", "call_rows", "coverage_rows", "read_coverage"]

_MOMENT = pl.Datetime("us")

INTERVAL_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "data_set": pl.String,
    "kind": pl.String,
    "updated_after": _MOMENT,
    "updated_until": _MOMENT,
    "call_count": pl.Int64,
    "failed_call_count": pl.Int64,
    "row_count": pl.Int64,
    "byte_count": pl.Int64,
    "smallest_updated_at": _MOMENT,
    "largest_updated_at": _MOMENT,
    "smallest_tie_count": pl.Int64,
    "stop_reason": pl.String,
    "last_requested_at": _MOMENT,
}
"""Columns of `coverage_rows`: one row per data set and interval, all moments UTC.

kind is `covered` or `gap`. The counts are over the calls whose asked interval touches the interval; row_count counts
rows received, ties and overlaps twice. smallest_tie_count is how many rows of the last page bore the smallest
timestamp. stop_reason is why the last call in the interval ended it: `complete` (nothing left), `more` (interrupted:
the page's smallest timestamp was still larger than updated_after), `full_timestamp` (one timestamp fills a page),
`failed`, `not_asked`.
"""

CALL_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "data_set": pl.String,
    "requested_at": _MOMENT,
    "updated_after": _MOMENT,
    "updated_until": _MOMENT,
    "outcome": pl.String,
    "row_count": pl.Int64,
    "byte_count": pl.Int64,
    "smallest_updated_at": _MOMENT,
    "largest_updated_at": _MOMENT,
    "smallest_tie_count": pl.Int64,
    "source_file": pl.String,
}
"""Columns of `call_rows`: one row per answered or failed call, all moments UTC.

outcome is `more` (the smallest timestamp was still larger than updated_after), `empty` (the interval holds no row),
`one_timestamp` (every row bears the same one: all there is, or as many as fit on a page), `behind_full_timestamp`
(rows behind one that proved to fill a page; not landed) or `failed: <why>`.
source_file is relative to the landing folder; NULL where nothing landed.
"""


def call_rows(landing: Path) -> pl.DataFrame:
    """Every call on record, oldest first (CALL_COLUMNS); no rows where nothing was extracted."""
    with read_ledger(landing) as ledger:
        rows = ledger.calls() if ledger else []
    return pl.DataFrame(rows, schema=CALL_COLUMNS, orient="row")


def coverage_rows(landing: Path) -> pl.DataFrame:
    """Every covered interval and every gap, by data set, oldest first (INTERVAL_COLUMNS); no rows without extract."""
    calls = call_rows(landing)
    full = _full_timestamps(landing)
    rows: list[tuple[object, ...]] = []
    for name, coverage in read_coverage(landing).items():
        of_data_set = calls.filter(pl.col("data_set") == name)
        for interval in sorted(coverage.covered + coverage.gaps):
            kind = "gap" if interval in coverage.gaps else "covered"
            after, until = (moment.replace(tzinfo=None) for moment in (interval.after, interval.until))
            inside = of_data_set.filter((pl.col("updated_until") > after) & (pl.col("updated_after") < until))
            answered = inside.filter(~pl.col("outcome").str.starts_with("failed"))
            last = answered.filter(pl.col("row_count") > 0).tail(1)
            if kind == "covered":
                stop_reason = "complete"
            elif any(after < moment <= until for moment in full[name]):
                stop_reason = "full_timestamp"
            elif inside.is_empty():
                stop_reason = "not_asked"
            else:
                stop_reason = "failed" if inside["outcome"][-1].startswith("failed") else "more"
            rows.append(
                (
                    name,
                    kind,
                    after,
                    until,
                    len(inside),
                    len(inside) - len(answered),
                    inside["row_count"].sum(),
                    inside["byte_count"].sum(),
                    answered["smallest_updated_at"].min(),
                    answered["largest_updated_at"].max(),
                    last["smallest_tie_count"][0] if len(last) else 0,
                    stop_reason,
                    inside["requested_at"].max(),
                )
            )
    return pl.DataFrame(rows, schema=INTERVAL_COLUMNS, orient="row")


def _full_timestamps(landing: Path) -> dict[str, list[datetime]]:
    with read_ledger(landing) as ledger:
        return {
            name: [full.moment.replace(tzinfo=None) for full in ledger.full_timestamps(name)] if ledger else []
            for name in DATA_SETS
        }
