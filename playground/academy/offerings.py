"""What the sample academy offers: titles, topics, terms and how hard it is to finish; read from offerings.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Offering:
    """A course and its runs. `finish` is the share of learners who mean to finish, `never` of those who never start."""

    title: str
    code: str
    """Both may hold `{year}`, that of the first day."""
    kind: str
    """`cohort` (scheduled weeks), `skills` or `compliance` (self-paced)."""
    starts: list[int]
    """First day of each run, in weeks from the Monday of the last week; a self-paced offering has one, its release."""
    topics: list[str]
    finish: float
    never: float
    reach: float
    """Share of people who enroll in a run."""
    access_days: int | None = None
    registration: str = "Open within your organization"
    is_automated: bool = True
    has_requirements: bool = True
    asks_for_points: bool = True


_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

OFFERINGS = [Offering(**offering) for offering in _DATA["offerings"]]
"""40 runs of 18 offerings."""
SANDBOXES = [Offering(**offering) for offering in _DATA["sandboxes"]]
SEASONS: dict[str, str] = _DATA["seasons"]
"""By month of the first day."""
TEXTS: dict[str, list[str]] = _DATA["texts"]
"""What question sets are made of: questions, right and wrong options, ratings, survey, remarks and wishes."""
