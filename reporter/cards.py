"""The text of a metric card or a column, taken from where it is written: the docs' overview, the published file."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path

_OVERVIEW = Path(__file__).parents[1] / "models" / "overview.md"
_LEFT_AWAY = ("Example",)
"""Items that speak of the people of a table that only the overview has."""


def read_cards() -> dict[str, list[str]]:
    """The items of each metric's card, by the metric's name."""
    text = _OVERVIEW.read_text(encoding="utf-8")
    cards = {}
    for block in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        name, _, rest = block.partition("\n")
        items = re.findall(r"^- (.+)$", rest.split("\n## ")[0], flags=re.MULTILINE)
        cards[name.strip()] = [item for item in items if not item.startswith(_LEFT_AWAY)]
    return cards


def tell(names: Iterable[str], cards: dict[str, list[str]], comments: dict[str, str]) -> list[tuple[str, list[str]]]:
    """What is said of each: a metric has its card, a column its comment; one that an older file lacks is left out."""
    told = []
    for name in names:
        items = [comments[name]] if name in comments else cards[name] if "." not in name else []
        if items:
            told.append((name.rpartition(".")[2].replace("_", " ").capitalize(), [_marked(item) for item in items]))
    return told


def _marked(text: str) -> str:
    """Markdown's code and emphasis as HTML, everything else escaped."""
    escaped = html.escape(text)
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", re.sub(r"`(.+?)`", r"<code>\1</code>", escaped))
