"""The walk loses nothing: random institutions, page sizes, ties and faults."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from extracting import START, every, held, landed, platform, run, stamp, table
from loader.catalog import DATA_SETS
from loader.extract.coverage import coverage_rows, read_coverage
from loader.extract.window import NARROWEST, Window
from loader.intervals import Interval
from playground.platform.behavior import Behavior
from playground.platform.faults import Faults
from playground.platform.shelf import Quirks, Table

UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]
"""Each example is an extract or several: shrinking takes minutes."""
PLENTY = table("courses", every(timedelta(hours=5), 60))
"""A data set that fills pages, so that the run learns how large they are."""


@st.composite
def moments(draw: st.DrawFn) -> list[timedelta]:
    """Distances from START in clusters, with ties."""
    distances: list[timedelta] = []
    for _ in range(draw(st.integers(0, 6))):
        base = draw(st.integers(0, 200_000))
        spread = draw(st.sampled_from([0, 1, 3, 10_000]))
        size = draw(st.integers(1, 11))
        distances += [timedelta(seconds=base + draw(st.integers(0, spread))) for _ in range(size)]
    return distances


@given(
    users=moments(),
    views=moments(),
    cap=st.integers(6, 14),
    share=st.sampled_from([1.0, 1.0, 0.7]),
    quirks=st.builds(Quirks, hidden_fractions=st.booleans(), new_column=st.booleans()),
    faults=st.sampled_from(
        [{}, {"storm": 0.1, "cut": 0.2}, {"reset": 0.1, "html": 0.1, "json": 0.1, "error": 0.1}, {"wide_days": 300}]
    ),
    seed=st.integers(0, 1000),
)
@settings(max_examples=25, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
def test_what_landed_is_what_the_platform_holds(
    users: list[timedelta],
    views: list[timedelta],
    cap: int,
    share: float,
    quirks: Quirks,
    faults: dict[str, float],
    seed: int,
) -> None:
    tables = {
        "users": table("users", [START + d for d in users]),
        "lecture_page_views": table("lecture_page_views", [START + d for d in views]),
        "courses": PLENTY,
    }
    behavior = Behavior(page_cap=cap, smallest_share=share, limits=None)
    with (
        tempfile.TemporaryDirectory() as folder,
        platform(tables, behavior, Faults(**faults, seed=seed), quirks) as server,
    ):
        landing = Path(folder)
        names = ["users", "lecture_page_views", "courses"]
        for attempt in range(6):
            outcome = run(server, landing, *names, backfill_start="2023-01-01")
            if not outcome.failures:
                break
            for failure in outcome.failures:
                if "fill a whole page" in failure:
                    # Where page sizes vary, a timestamp within their spread of the smallest counts as full, too.
                    assert _largest_group(tables, failure) >= 2 * int(cap * share) - cap
                    server.behavior = Behavior(page_cap=1000, limits=None)
            if attempt == 2:
                server.faults = Faults()
        assert not outcome.failures
        for name in names:
            assert set(landed(landing, name)) == held(server, name)
            assert not read_coverage(landing)[name].gaps


def _largest_group(tables: dict[str, Table], failure: str) -> int:
    """Rows that share the timestamp which the failure names."""
    name = failure.partition(":")[0]
    columns, rows = tables[name]
    stamps = [row[list(columns).index(DATA_SETS[name].updated_column)] for row in rows]
    return max(stamps.count(value) for value in stamps if value in failure)


@pytest.mark.parametrize("order", ["older rows behind", "nothing behind"])
def test_a_timestamp_that_fills_a_page_is_a_named_failure_until_it_is_resolved(tmp_path: Path, order: str) -> None:
    older = every(timedelta(days=1), 3) if order == "older rows behind" else []
    full = START + timedelta(days=10)
    newer = every(timedelta(hours=1), 12, START + timedelta(days=20))
    tables = {"users": table("users", older + [full] * 25 + newer), "courses": PLENTY}
    with platform(tables, Behavior(page_cap=10, limits=None)) as server:
        for _ in range(2):
            outcome = run(server, tmp_path)
            assert len(outcome.failures) == 1
            assert "users: the 10 rows updated at 2024-03-11T09:00:00Z fill a whole page" in outcome.failures[0]
            assert set(landed(tmp_path, "courses")) == held(server, "courses")
            gap = read_coverage(tmp_path)["users"].gaps[-1]
            assert gap.after < full <= gap.until
            if older:
                assert gap.after < START
        files = sorted(tmp_path.rglob("users/api/*"))
        newer_rows = {row for row in held(server, "users") if datetime.fromisoformat(row[-2]) > full}
        assert newer_rows < set(landed(tmp_path, "users"))
        rows = coverage_rows(tmp_path)["_extraction_intervals"]
        assert "full_timestamp" in {row["stop_reason"] for row in rows if row["data_set"] == "users"}
        outcome = run(server, tmp_path, since="2024-03-15")
        assert "2024-03-11T09:00:00Z fill" in outcome.failures[0], "a run for another range hides nothing"
        assert sorted(tmp_path.rglob("users/api/*"))[: len(files)] == files
        server.behavior = Behavior(page_cap=30, limits=None)
        assert run(server, tmp_path).failures == []
        assert set(landed(tmp_path, "users")) == held(server, "users")
        assert read_coverage(tmp_path)["users"].gaps == []


@pytest.mark.parametrize("count", [1, 5, 40])
def test_a_data_set_of_one_timestamp_is_whole_when_nothing_suggests_otherwise(tmp_path: Path, count: int) -> None:
    with platform({"users": table("users", [START] * count)}, Behavior(limits=None)) as server:
        assert run(server, tmp_path).failures == []
        assert set(landed(tmp_path, "users")) == held(server, "users")


@pytest.mark.parametrize("count", [1, 3, 4])
def test_an_oldest_timestamp_is_whole_below_the_smallest_page_however_much_pages_vary(
    tmp_path: Path, count: int
) -> None:
    moments = [START] * count + every(timedelta(hours=1), 60, START + timedelta(days=1))
    behavior = Behavior(page_cap=12, smallest_share=0.45, limits=None)
    for seed in range(3):
        landing = tmp_path / str(seed)
        with platform({"users": table("users", moments)}, behavior, Faults(seed=seed)) as server:
            assert run(server, landing, "users").failures == []
            assert set(landed(landing, "users")) == held(server, "users")


def test_larger_pages_of_other_data_sets_do_not_hide_a_timestamp_that_fills_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = every(timedelta(hours=1), 7, START + timedelta(days=3))
    tables = {"users": table("users", [START] * 12 + newer), "courses": table("courses", every(timedelta(hours=1), 80))}
    with platform(tables, Behavior(limits=None)) as server:
        page = server.shelf.page

        def small_for_users(data_set: str, after: Any, until: Any, limit: int, call: int) -> Any:
            return page(data_set, after, until, 5 if data_set == "users" else limit, call)

        with monkeypatch.context() as patch:
            patch.setattr(server.shelf, "page", small_for_users)
            for _ in range(2):
                assert "the 5 rows updated at 2024-03-01T09:00:00Z fill" in run(server, tmp_path).failures[0]
        assert run(server, tmp_path).failures == []
        assert set(landed(tmp_path, "users")) == held(server, "users")


def test_a_timestamp_at_the_start_of_a_range_is_full_when_older_rows_do_not_come_with_it(tmp_path: Path) -> None:
    moments = every(timedelta(hours=1), 30, START - timedelta(days=9))
    with platform({"users": table("users", moments + [START] * 12)}, Behavior(page_cap=5, limits=None)) as server:
        failures = run(server, tmp_path, "users", since="2024-03-01", until="2024-03-02").failures
        assert "2024-03-01T09:00:00Z fill a whole page" in failures[0]


def test_a_passing_disturbance_leaves_no_narrow_windows() -> None:
    window = Window(timedelta(days=5000))
    while window.width > NARROWEST:
        window.narrow(window.width)
    calls = 0
    while window.width < timedelta(days=5000):
        window.widen()
        calls += 1
    assert calls < 25


def test_where_wide_windows_always_time_out_they_are_tried_less_and_less() -> None:
    window, failed = Window(timedelta(days=5000)), 0
    for _ in range(300):
        if window.width > timedelta(days=20):
            failed += 1
            window.narrow(window.width)
        else:
            window.widen()
    assert failed < 45


def test_rows_that_become_visible_late_are_found(tmp_path: Path) -> None:
    moments = every(timedelta(minutes=1), 200)
    tables = {"enrollments": table("enrollments", moments), "users": table("users", moments)}
    with platform(tables, Behavior(page_cap=50, limits=None), quirks=Quirks(late_calls=8)) as server:
        run(server, tmp_path)
        for name in tables:
            assert len(set(landed(tmp_path, name))) < 200
        for _ in range(3):
            assert run(server, tmp_path).failures == []
        for name in tables:
            assert set(landed(tmp_path, name)) == held(server, name)


def test_late_rows_that_fill_a_page_take_back_what_was_covered(tmp_path: Path) -> None:
    tied, newest = START + timedelta(days=9), START + timedelta(days=9, hours=2)
    older = every(timedelta(hours=5), 20)
    behavior = Behavior(page_cap=6, limits=None)
    with platform({"users": table("users", [*older, tied, tied, newest])}, behavior) as server:
        assert run(server, tmp_path, "users").failures == []
    with platform({"users": table("users", [*older, *[tied] * 9, newest])}, behavior) as server:
        for _ in range(2):
            assert "2024-03-10T09:00:00Z fill a whole page" in run(server, tmp_path, "users").failures[0]
            assert any(gap.after < tied <= gap.until for gap in read_coverage(tmp_path)["users"].gaps)
        server.behavior = Behavior(limits=None)
        assert run(server, tmp_path, "users").failures == []
        assert held(server, "users") <= set(landed(tmp_path, "users"))


def test_rows_that_move_while_being_paged_are_found_by_the_next_run(tmp_path: Path) -> None:
    tables = {"users": table("users", every(timedelta(minutes=7), 300))}
    with platform(tables, Behavior(page_cap=20, limits=None), Faults(moves=1.0)) as server:
        run(server, tmp_path, "users")
        server.faults = Faults()
        run(server, tmp_path, "users")
        latest = {row[0]: row for row in sorted(landed(tmp_path, "users"), key=lambda row: row[-2])}
        assert set(latest.values()) == held(server, "users")


def test_the_overlap_is_measured_from_the_largest_timestamp_seen(tmp_path: Path) -> None:
    newest = START + timedelta(days=2)
    with platform({"users": table("users", [START, newest])}, Behavior(limits=None)) as server:
        run(server, tmp_path, "users")
        server.asked.clear()
        run(server, tmp_path, "users")
        assert server.asked[0][1] == stamp(newest - timedelta(hours=7)), "six hours of cadence and one of margin"


def test_nothing_new_lands_no_new_file(tmp_path: Path) -> None:
    with platform(
        {"users": table("users", every(timedelta(hours=1), 30))}, Behavior(page_cap=9, limits=None)
    ) as server:
        run(server, tmp_path, "users")
        run(server, tmp_path, "users")
        files = sorted(tmp_path.rglob("*.csv.gz"))
        run(server, tmp_path, "users")
        assert sorted(tmp_path.rglob("*.csv.gz")) == files


def test_a_range_is_fetched_again_and_covers_only_itself(tmp_path: Path) -> None:
    with platform({"users": table("users", every(timedelta(days=1), 60))}, Behavior(page_cap=9, limits=None)) as server:
        run(server, tmp_path, "users", since="2024-03-10T09:00:00Z", until="2024-03-20T09:00:00Z")
        days = {row[-2][:10] for row in landed(tmp_path, "users")}
        assert (min(days), max(days)) == ("2024-03-11", "2024-03-20"), "since exclusive, until inclusive"
        asked = Interval(START + timedelta(days=9), START + timedelta(days=19))
        assert read_coverage(tmp_path)["users"].covered == [asked]
        run(server, tmp_path, "users")
        assert set(landed(tmp_path, "users")) == held(server, "users")


def test_wide_windows_that_time_out_are_narrowed_and_grow_again(tmp_path: Path) -> None:
    with platform(
        {"users": table("users", every(timedelta(hours=3), 400))}, Behavior(limits=None), Faults(wide_days=20)
    ) as server:
        assert run(server, tmp_path, "users", backfill_start="2023-03-01").failures == []
        assert set(landed(tmp_path, "users")) == held(server, "users")
        assert server.calls["users"] < 200


SHAPES = {
    "dense": ({"user_activities": 4000, "users": 300}, 100),
    "little data, ten years": ({"users": 40, "courses": 12, "enrollments": 90}, 100),
    "even": (dict.fromkeys(["users", "courses", "enrollments", "lecture_pages", "lecture_page_views"], 900), 50),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_backfill_costs_few_calls(tmp_path: Path, shape: str) -> None:
    counts, cap = SHAPES[shape]
    tables = {
        name: table(name, every(timedelta(days=3650) / count, count, START - timedelta(days=3000)))
        for name, count in counts.items()
    }
    with platform(tables, Behavior(page_cap=cap, limits=None)) as server:
        assert run(server, tmp_path).failures == []
        for name, count in counts.items():
            bound = -(-count // cap)
            assert server.calls[name] <= 1.1 * bound + 4, (name, bound)
        assert sum(server.calls.values()) <= 1.1 * sum(-(-c // cap) for c in counts.values()) + 4 * 10
