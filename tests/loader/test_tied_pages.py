"""The verdict on a page of one timestamp: its pieces of evidence, in their order, are the ones that the docs list."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from loader.extract.tied_pages import ASK_AGAIN, EVIDENCE, FAR_BELOW, FAR_BELOW_EARLIER, PLAUSIBLE_CAPACITY

DOCS = Path(__file__).parents[2] / "docs" / "extract.md"


def test_the_docs_list_the_evidence_in_its_order() -> None:
    listed = re.findall(r"^\d+\. `(\w+)`: (.+(?:\n   .+)*)", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(name, re.sub(r"\n +", " ", text)) for name, text in listed] == [
        (evidence.__name__, inspect.getdoc(evidence)) for evidence in EVIDENCE
    ]


def test_the_figures_in_the_list_are_the_ones_that_count() -> None:
    assert (FAR_BELOW, FAR_BELOW_EARLIER, ASK_AGAIN, PLAUSIBLE_CAPACITY) == (4, 10, 3, 100)
