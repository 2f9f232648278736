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


def subtract(wanted: Interval, covered: Iterable[Interval]) -> list[Interval]:
    """What of `wanted` no interval in `covered` holds, oldest first."""
    missing: list[Interval] = []
    after = wanted.after
    for interval in merge(covered):
        if interval.until <= after:
            continue
        if interval.after >= wanted.until:
            break
        missing.append(Interval(after, min(interval.after, wanted.until)))
        after = interval.until
    missing.append(Interval(after, wanted.until))
    return merge(missing)
