"""Intervals, printed timestamps, and what is told about coverage."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extracting import START, every, platform, run, table
from loader.catalog import DATA_SETS
from loader.errors import UsageError
from loader.extract.coverage import coverage_rows, read_coverage
from loader.intervals import Interval, merge, subtract
from loader.landing.folder import walk_landing
from loader.moments import iso, parse_printed, parse_typed
from loader.warehouse.load import load_files
from playground.platform.behavior import Behavior


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


bounds = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda b: Interval(at(b[0]), at(b[1])))


def held(intervals: list[Interval]) -> set[int]:
    return {n for n in range(31) for i in intervals if i.after < at(n) <= i.until}


@given(st.lists(bounds, max_size=6), bounds)
def test_intervals_are_sets_of_moments(intervals: list[Interval], wanted: Interval) -> None:
    merged = merge(intervals)
    assert held(merged) == held(intervals)
    assert all(a.until < b.after for a, b in itertools.pairwise(merged)), "disjoint and not touching"
    assert held(subtract(wanted, intervals)) == held([wanted]) - held(intervals)


@pytest.mark.parametrize(
    ("text", "moment", "unit"),
    [
        ("2024-05-01T10:00:07Z", "2024-05-01T10:00:07Z", timedelta(seconds=1)),
        ("2024-05-01 10:00:07 UTC", "2024-05-01T10:00:07Z", timedelta(seconds=1)),
        ("2024-05-01 10:00:07.5", "2024-05-01T10:00:07.500000Z", timedelta(milliseconds=100)),
        (" 2024-05-01T12:00:07.123456789+02:00", "2024-05-01T10:00:07.123456Z", timedelta(microseconds=1)),
        ("2024-05-01T04:30:00-0530", "2024-05-01T10:00:00Z", timedelta(seconds=1)),
        ("2024-05-01T10:00", "2024-05-01T10:00:00Z", timedelta(minutes=1)),
        ("2024-05-01", "2024-05-01T00:00:00Z", timedelta(days=1)),
    ],
)
def test_printed_timestamps_carry_the_stretch_they_stand_for(text: str, moment: str, unit: timedelta) -> None:
    printed = parse_printed(text)
    assert printed is not None
    assert (iso(printed.moment), printed.unit) == (moment, unit)


@pytest.mark.parametrize(
    "text", ["", "soon", "2024-13-01", "2024-05-01T25:00:00Z", "1714557607", "0001-01-01T00:00:00+05:00"]
)
def test_what_is_no_timestamp(text: str) -> None:
    assert parse_printed(text) is None
    with pytest.raises(UsageError, match="--since takes an ISO 8601"):
        parse_typed(text, "--since")


def test_nothing_extracted_is_nothing_covered(tmp_path: Path) -> None:
    assert {name: (c.covered, c.gaps) for name, c in read_coverage(tmp_path).items()} == dict.fromkeys(
        DATA_SETS, ([], [])
    )
    assert coverage_rows(tmp_path) == {"_extraction_intervals": [], "_extraction_calls": []}


def test_what_lies_between_two_runs_is_a_gap_until_it_is_fetched(tmp_path: Path) -> None:
    with platform({"users": table("users", every(timedelta(days=1), 30))}, Behavior(limits=None)) as server:
        run(server, tmp_path, "users", since="2024-03-01", until="2024-03-05")
        run(server, tmp_path, "users", since="2024-03-10", until="2024-03-12")
        coverage = read_coverage(tmp_path)["users"]
        day = datetime(2024, 3, 1, tzinfo=UTC)
        assert coverage.gaps == [Interval(day + timedelta(days=4), day + timedelta(days=9))]
        rows = coverage_rows(tmp_path)["_extraction_intervals"]
        assert [row["kind"] for row in rows] == ["covered", "gap", "covered"]
        assert [row["stop_reason"] for row in rows] == ["complete", "not_asked", "complete"]
        run(server, tmp_path, "users")
        assert read_coverage(tmp_path)["users"].gaps == []


def test_load_puts_the_record_into_raw(tmp_path: Path) -> None:
    landing, database = tmp_path / "landing", tmp_path / "w.duckdb"
    with platform({"users": table("users", every(timedelta(days=1), 30))}, Behavior(page_cap=7, limits=None)) as server:
        run(server, landing)
    for _ in range(2):
        list(load_files(database, walk_landing(landing)))
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select call_count, row_count, smallest_updated_at, smallest_tie_count, stop_reason"
            " from raw._extraction_intervals where data_set = 'users'"
        ).fetchall()
        calls = connection.execute("select count(*) from raw._extraction_calls where data_set = 'users'").fetchone()
        others = connection.execute("select count(*) from raw._extraction_intervals").fetchone()
    assert calls is not None
    assert rows == [(calls[0], calls[0] - 2 + 30, START.replace(tzinfo=None), 1, "complete")]
    assert others == (10,)
