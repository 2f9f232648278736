"""The verdict on a page of one timestamp: its pieces of evidence, in their order, are the ones that the docs list."""

from __future__ import annotations

import inspect
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from extracting import START, every, held, landed, platform, run, stamp, table
from loader.extract.tied_pages import ASK_AGAIN, EVIDENCE, FAR_BELOW, FAR_BELOW_EARLIER, PLAUSIBLE_CAPACITY
from playground.platform.behavior import Behavior

DOCS = Path(__file__).parents[2] / "docs" / "extract.md"


def test_the_docs_list_the_evidence_in_its_order() -> None:
    listed = re.findall(r"^\d+\. `(\w+)`: (.+(?:\n   .+)*)", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(name, re.sub(r"\n +", " ", text)) for name, text in listed] == [
        (evidence.__name__, inspect.getdoc(evidence)) for evidence in EVIDENCE
    ]


def test_the_figures_in_the_list_are_the_ones_that_count() -> None:
    assert (FAR_BELOW, FAR_BELOW_EARLIER, ASK_AGAIN, PLAUSIBLE_CAPACITY) == (4, 10, 3, 100)


def test_rows_that_the_first_page_had_no_room_for_land_when_it_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve rows share a timestamp; the first page has room for ten, later ones for all and older rows, too."""
    older = every(timedelta(minutes=1), 5, START - timedelta(days=9))
    with platform({"users": table("users", [*older, *[START] * 12])}, Behavior(limits=None)) as server:
        page = server.shelf.page

        def growing(data_set: str, after: datetime, until: datetime, _limit: int, call: int) -> list[str]:
            return page(data_set, after, until, 10 if call == 1 else 20, call)

        monkeypatch.setattr(server.shelf, "page", growing)
        since = "2024-03-01T08:59:59Z"
        assert run(server, tmp_path, "users", since=since, until=stamp(START)).failures == []
        assert {row for row in held(server, "users") if row[-2] > since} <= set(landed(tmp_path, "users"))
