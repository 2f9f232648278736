"""The benchmark: medians, ratios, forms of the same data, and a page that says which target is missed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bench import page
from bench.data import FORMS, form_of, size_of
from bench.measure import Line, Timing, ratio, side_by_side
from loader.landing.folder import open_stored, walk_landing


@pytest.mark.parametrize(
    ("value", "target", "is_met"),
    [(1.3, "<= 1.3", True), (1.31, "<= 1.3", False), (2, ">= 2", True), (1.99, ">= 2", False), (9, "", True)],
)
def test_a_target_is_met_or_missed(value: float, target: str, is_met: bool) -> None:
    assert Line("x", "", value, target).is_met is is_met


def test_sides_take_turns_and_their_medians_are_divided() -> None:
    turns: list[str] = []
    seconds = {"ours": iter([3.0, 9.0, 2.0]), "theirs": iter([4.0, 2.0, 1.0])}

    def side(name: str) -> Timing:
        turns.append(name)
        return Timing(next(seconds[name]), 1.0, len(turns))

    taken = side_by_side({name: lambda name=name: side(name) for name in seconds}, 3)  # type: ignore[misc]
    assert turns == ["ours", "theirs"] * 3
    assert taken == {"ours": Timing(3.0, 1.0, 5), "theirs": Timing(2.0, 1.0, 6)}
    assert ratio("x", taken["ours"], taken["theirs"], "<= 1.3") == Line(
        "x", "3.0 ÷ 2.0 s; CPU 1.0 ÷ 1.0 s = 1.00", 1.5, "<= 1.3"
    )


def test_every_form_holds_the_same_records(tmp_path: Path) -> None:
    pages = tmp_path / "landing" / "user_activities"
    pages.mkdir(parents=True)
    for number in range(2):
        (pages / f"{number}.csv.gz").write_bytes(gzip.compress(f"user_id,activity_id\n{number},1\n".encode()))
    assert size_of(tmp_path / "landing") == 2 * len("user_id,activity_id\n0,1\n")
    texts: dict[str, list[str]] = {}
    for form in FORMS:
        files = walk_landing(form_of(tmp_path / "landing", form)).files
        texts[form] = []
        for file in files:
            with open_stored(file) as stored:
                texts[form].append(stored.read(1000).decode())
    whole = "user_id,activity_id\n0,1\n1,1\n"
    parts = ["user_id,activity_id\n0,1\n", "user_id,activity_id\n1,1\n"]
    assert texts == {"pages": parts, "one file": [whole], "gzip pages": parts, "zstd pages": parts}


def test_the_page_says_what_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(page, "version", lambda name: f"of {name}")
    lines = [Line("load ÷ x", "2 ÷ 1 s", 2.0, "<= 1.3"), Line("peak", "800 MiB", 0.78, "<= 1", "GiB")]
    page.keep(tmp_path, "load", lines, rows=1_000, rounds=3)
    page.keep(tmp_path, "again", [Line("load", "1 s", 1.0, "")], rows=0, rounds=1)
    page.write(tmp_path)
    text = page.PAGE.read_text(encoding="utf-8")
    assert "| load ÷ x | 2 ÷ 1 s | 2.00 | ≤ 1.3 | **no** |" in text
    assert "| peak | 800 MiB | 0.78 GiB | ≤ 1 GiB | yes |" in text
    assert "| load | 1 s | 1.00 | none | none |" in text
    page.keep(tmp_path, "load", lines, rows=20_000, rounds=1)
    page.write(tmp_path)
    titles = [line for line in page.PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert titles == [
        "## Loading: 20,000 rows of user_activities",
        "## Loading: 1,000 rows of user_activities",
        "## A run with nothing to do: the sample of `make`",
        "## What each step brought",
        "## Targets given up",
    ]
