"""Which intervals of each data set have been fetched from the API, and which are still missing.

Read from the record that `extract` keeps in the landing folder (`loader.extract.ledger`); nothing here writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from loader.catalog import DATA_SETS
from loader.extract.calls import Call
from loader.extract.ledger import Ledger, read_ledger
from loader.intervals import Interval, merge, subtract

INTERVAL_COLUMNS = {
    "data_set": "varchar",
    "kind": "varchar",
    "updated_after": "timestamp",
    "updated_until": "timestamp",
    "call_count": "bigint",
    "failed_call_count": "bigint",
    "row_count": "bigint",
    "byte_count": "bigint",
    "smallest_updated_at": "timestamp",
    "largest_updated_at": "timestamp",
    "smallest_tie_count": "bigint",
    "stop_reason": "varchar",
    "last_requested_at": "timestamp",
}
"""raw._extraction_intervals: one row per data set and covered interval or gap, oldest first, all moments UTC.

kind is `covered` or `gap`. The counts are over the calls whose asked interval touches the interval; row_count counts
rows received, ties and overlaps twice. smallest_tie_count is how many rows of the last page bore the smallest
timestamp. stop_reason is why the last call in the interval ended it: `complete` (nothing left), `more` (interrupted:
the page's smallest timestamp was still larger than updated_after), `full_timestamp` (one timestamp fills a page),
`failed`, `not_asked`.
"""

CALL_COLUMNS = {
    "data_set": "varchar",
    "requested_at": "timestamp",
    "updated_after": "timestamp",
    "updated_until": "timestamp",
    "outcome": "varchar",
    "row_count": "bigint",
    "byte_count": "bigint",
    "smallest_updated_at": "timestamp",
    "largest_updated_at": "timestamp",
    "smallest_tie_count": "bigint",
    "source_file": "varchar",
}
"""raw._extraction_calls: one row per answered or failed call, oldest first, all moments UTC.

outcome is `more` (the smallest timestamp was still larger than updated_after), `empty` (the interval holds no row),
`one_timestamp` (every row bears the same one: all there is, or as many as fit on a page), `behind_full_timestamp`
(rows behind one that proved to fill a page; not landed) or `failed: <why>`.
source_file is relative to the landing folder; NULL where nothing landed.
"""

COVERAGE_TABLES = {"_extraction_intervals": INTERVAL_COLUMNS, "_extraction_calls": CALL_COLUMNS}
"""The tables of schema raw that say what was extracted: their columns and types."""


@dataclass
class Coverage:
    """What is known of one data set: what was fetched completely, and what lies between and is still missing."""

    covered: list[Interval] = field(default_factory=list)
    gaps: list[Interval] = field(default_factory=list)


def read_coverage(landing: Path) -> dict[str, Coverage]:
    """Coverage by data set, for all ten; empty where nothing was extracted into this landing folder.

    A gap is what was once asked for and has not been fetched, between the oldest and the newest moment ever asked for.
    """
    with read_ledger(landing) as ledger:
        return {name: _coverage(ledger, name) if ledger else Coverage() for name in DATA_SETS}


def coverage_rows(landing: Path) -> dict[str, list[dict[str, object]]]:
    """The record as rows of COVERAGE_TABLES, both of one moment; none where nothing was extracted."""
    intervals: list[dict[str, object]] = []
    calls: list[Call] = []
    with read_ledger(landing) as ledger:
        if ledger is not None:
            calls = ledger.calls.all()
            for name in DATA_SETS:
                intervals += _interval_rows(ledger, name, [call for call in calls if call.data_set == name])
    return {
        "_extraction_intervals": intervals,
        "_extraction_calls": [_call_row(call) for call in calls],
    }


def _coverage(ledger: Ledger, name: str) -> Coverage:
    covered = ledger.covered(name)
    asked_for = ledger.hull(name)
    known = merge([*covered, asked_for] if asked_for else covered)
    return Coverage(covered, subtract(Interval(known[0].after, known[-1].until), covered) if known else [])


def _interval_rows(ledger: Ledger, name: str, calls: list[Call]) -> list[dict[str, object]]:
    coverage = _coverage(ledger, name)
    full = [full.moment for full in ledger.full_timestamps(name)]
    return [
        _interval_row(
            name,
            interval,
            [call for call in calls if call.asked.until > interval.after and call.asked.after < interval.until],
            is_gap=interval in coverage.gaps,
            has_full_timestamp=any(interval.after < moment <= interval.until for moment in full),
        )
        for interval in sorted(coverage.covered + coverage.gaps)
    ]


def _interval_row(
    name: str, interval: Interval, calls: list[Call], *, is_gap: bool, has_full_timestamp: bool
) -> dict[str, object]:
    """A row of INTERVAL_COLUMNS; `calls` are those whose asked interval touches this one."""
    answered = [call for call in calls if not _has_failed(call)]
    if not is_gap:
        stop_reason = "complete"
    elif has_full_timestamp:
        stop_reason = "full_timestamp"
    elif not calls:
        stop_reason = "not_asked"
    else:
        stop_reason = "failed" if _has_failed(calls[-1]) else "more"
    return {
        "data_set": name,
        "kind": "gap" if is_gap else "covered",
        "updated_after": _naive(interval.after),
        "updated_until": _naive(interval.until),
        "call_count": len(calls),
        "failed_call_count": len(calls) - len(answered),
        "row_count": sum(call.row_count for call in calls),
        "byte_count": sum(call.byte_count for call in calls),
        "smallest_updated_at": _naive(min((call.smallest for call in answered if call.smallest), default=None)),
        "largest_updated_at": _naive(max((call.largest for call in answered if call.largest), default=None)),
        "smallest_tie_count": next((call.tie_count for call in reversed(answered) if call.row_count), 0),
        "stop_reason": stop_reason,
        "last_requested_at": _naive(max((call.requested_at for call in calls), default=None)),
    }


def _call_row(call: Call) -> dict[str, object]:
    """A row of CALL_COLUMNS."""
    return {
        "data_set": call.data_set,
        "requested_at": _naive(call.requested_at),
        "updated_after": _naive(call.asked.after),
        "updated_until": _naive(call.asked.until),
        "outcome": call.outcome,
        "row_count": call.row_count,
        "byte_count": call.byte_count,
        "smallest_updated_at": _naive(call.smallest),
        "largest_updated_at": _naive(call.largest),
        "smallest_tie_count": call.tie_count,
        "source_file": call.file,
    }


def _has_failed(call: Call) -> bool:
    return call.outcome.startswith("failed")


def _naive(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
