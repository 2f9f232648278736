"""What a page is made of: sections of figures, each a chart with the table behind it, for every choice of filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Value = str | int | float | bool | None
Row = Mapping[str, Value]
Kind = Literal["text", "count", "share", "number", "fine"]

_DIGITS = {"count": 0, "number": 1, "fine": 2}

ALL = "all"
"""The choice of a filter that leaves nothing out."""


@dataclass(frozen=True)
class Column:
    """A column of the table behind a chart."""

    name: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True)
class State:
    """What a figure shows for one choice of its filters."""

    title: str
    """The finding."""
    note: str
    """n, and what is left out."""
    rows: Sequence[Row]


@dataclass(frozen=True)
class Choice:
    """A filter of one figure's own: what it asks for, and the label of each key."""

    label: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Figure:
    """A chart and the table behind it."""

    name: str
    shows: str
    """What is drawn, for who does not see it, too."""
    columns: Sequence[Column]
    states: Mapping[str, State]
    """By key: the own choice's and the course's, joined by `|` where there are both; ALL where there is neither."""
    charts: Sequence[tuple[str, Mapping[str, object]]] = ()
    """Each with what it is called beside the others: Vega-Lite specifications of data `rows`; none where the table
    says it best."""
    cards: Sequence[str] = ()
    """Metrics of models/overview.md, or columns of the published file (`marts.mart.column`), whose text is shown."""
    choice: Choice | None = None
    follows_course: bool = False
    panels: str = ""
    """The field whose values have a chart each; none where all rows are in one chart."""
    is_tiles: bool = False
    """Whether it is shown as large numbers (label, now, change) instead of a table."""
    source: str = ""
    """The table to ask for more."""

    @property
    def first(self) -> str:
        """The key of what is shown at first."""
        return next(iter(self.states))


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading."""

    name: str
    heading: str
    figures: Sequence[Figure] = field(default_factory=list)
    text: str = ""


def count(number: int, one: str, many: str = "") -> str:
    """`1 learner`, `1,200 learners`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def more(number: int, one: str, table: str, many: str = "") -> str:
    """The sentence on what is not shown and where it is; nothing where all is shown."""
    return f" {count(number, one, many)} not shown; all are in {table}." if number > 0 else ""


def begin(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


NOTHING = "\N{EN DASH}"
"""What stands where there is no value."""


def share(value: float | None) -> str:
    """`61%`; nothing to divide by is a dash."""
    return NOTHING if value is None else f"{100 * value:.0f}%"


def shown(value: Value, kind: Kind) -> str:
    """A value as people read it; page.js writes it in the same way."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if kind == "share":
        return f"{100 * value:.1f}%"
    return f"{value:,.{_DIGITS[kind]}f}"


def day(moment: date | datetime | None) -> str | None:
    """`2026-05-31`."""
    return None if moment is None else f"{moment:%Y-%m-%d}"


def month(moment: date) -> str:
    """`2026-05`."""
    return f"{moment:%Y-%m}"


def ratio(part: float | None, whole: float | None) -> float | None:
    """The share, to a tenth of a percent, as it is shown; None where there is nothing to divide by."""
    return round(part / whole, 3) if whole and part is not None else None
