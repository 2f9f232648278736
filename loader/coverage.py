"""Which intervals of each data set have been fetched from the API, and which are still missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from loader.catalog import DATA_SETS


@dataclass(frozen=True, order=True)
class Interval:
    """`after` < updated timestamp <= `until`, both UTC: the API's own bounds (exclusive, inclusive)."""

    after: datetime
    until: datetime


@dataclass
class Coverage:
    """What is known of one data set: what was fetched completely, and what lies between and is still missing."""

    covered: list[Interval] = field(default_factory=list)
    gaps: list[Interval] = field(default_factory=list)


def read_coverage(landing: Path) -> dict[str, Coverage]:
    """Coverage by data set, for all ten; empty where nothing was extracted into this landing folder."""
    return {name: Coverage() for name in DATA_SETS}
