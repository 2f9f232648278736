"""Intervals of updated timestamps, bounded as the API bounds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, order=True)
class Interval:
    """`after` < updated timestamp <= `until`, both UTC: the API's own bounds (exclusive, inclusive)."""

    after: datetime
    until: datetime


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same moments as disjoint intervals, oldest first; empty ones dropped, touching ones joined."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if interval.after >= interval.until:
            continue
        if merged and interval.after <= merged[-1].until:
            merged[-1] = Interval(merged[-1].after, max(merged[-1].until, interval.until))
        else:
            merged.append(interval)
    return merged


def subtract(whole: Interval, parts: Iterable[Interval]) -> list[Interval]:
    """What of `whole` no interval in `parts` holds, oldest first."""
    missing: list[Interval] = []
    after = whole.after
    for part in merge(parts):
        if part.until <= after:
            continue
        if part.after >= whole.until:
            break
        missing.append(Interval(after, min(part.after, whole.until)))
        after = part.until
    missing.append(Interval(after, whole.until))
    return merge(missing)
