"""What a run of `extract` is asked to do: its options, checked, and the intervals and calls that follow from them.

Asked for is everything from the backfill start to the run's frozen upper bound that is not settled yet (see
`loader.extract.ledger`), newest first; with `since`, exactly the range given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from loader.api.budget import DAY, HOUR, LIMITS
from loader.catalog import DATA_SETS, DataSet
from loader.errors import UsageError
from loader.extract.ledger import Ledger, read_ledger
from loader.intervals import Interval, subtract
from loader.moments import iso, parse_typed
from loader.settings import Settings


@dataclass(frozen=True)
class Order:
    """What a run was asked to do, checked; moments UTC."""

    data_sets: tuple[DataSet, ...]
    floor: datetime
    """The backfill start."""
    since: datetime | None
    until: datetime


def read_order(
    settings: Settings, data_sets: Sequence[str], since: str | None, until: str | None, now: datetime
) -> Order:
    """Checks the options. Raises UsageError for an unknown data set, an unreadable or an upside-down range."""
    unknown = [name for name in data_sets if name not in DATA_SETS]
    if unknown:
        raise UsageError(f"No such data set: {', '.join(unknown)}. There are: {', '.join(DATA_SETS)}.")
    floor = settings.backfill_start
    floor = floor.replace(tzinfo=UTC) if floor.tzinfo is None else floor.astimezone(UTC)
    after = parse_typed(since, "--since") if since else None
    before = parse_typed(until, "--until") if until else now
    if after is not None and after > before:
        raise UsageError(
            f"--since {iso(after)} lies after {'--until' if until else 'the present moment,'} {iso(before)}."
        )
    if after is None and floor > before:
        raise UsageError(f"NOVOED_BACKFILL_START {iso(floor)} lies after {iso(before)}, where the run would begin.")
    names = list(dict.fromkeys(data_sets)) or list(DATA_SETS)
    return Order(tuple(DATA_SETS[name] for name in names), floor, after, before)


def wanted(order: Order, data_set: DataSet, ledger: Ledger | None) -> list[Interval]:
    """What the run asks for, newest first."""
    if order.since is not None:
        return [Interval(order.since, order.until)] if order.since < order.until else []
    settled = ledger.settled(data_set.name) if ledger else []
    return subtract(Interval(order.floor, order.until), settled)[::-1]


def plan(settings: Settings, order: Order, limits: Mapping[int, int] = LIMITS) -> list[str]:
    """The run's plan in lines of text, from the record alone: nothing is asked and nothing is written."""
    lines = [f"Plan, newest data first, until {iso(order.until)}:"]
    total = 0
    with read_ledger(settings.landing) as ledger:
        for data_set in order.data_sets:
            intervals = wanted(order, data_set, ledger)
            calls, known = _estimate(data_set, intervals, ledger)
            total += calls
            ranges = ", then ".join(f"{iso(i.after)} to {iso(i.until)}" for i in intervals[:3])
            more = f" and {len(intervals) - 3} older ranges" if len(intervals) > 3 else ""
            much = f"about {calls:,} calls at the density of what was fetched" if known else f"at least {calls:,} calls"
            lines.append(f"  {data_set.name}: {much}: {ranges or 'nothing'}{more}")
    hours = max(total / limits[HOUR], total / limits[DAY] * 24)
    lines.append(
        f"  Together {total:,} calls, {f'{hours:,.1f} hours' if total > limits[HOUR] else 'less than an hour'} at"
        f" {limits[HOUR]:,} calls an hour and {limits[DAY]:,} a day. A data set that was never fetched takes one more"
        " call per page of about 20,000 rows."
    )
    return lines


def _estimate(data_set: DataSet, intervals: list[Interval], ledger: Ledger | None) -> tuple[int, bool]:
    """Calls: three for any interval, plus pages at the density of what was fetched; and whether that is known."""
    covered = ledger.covered(data_set.name) if ledger else []
    seconds = sum((i.until - i.after).total_seconds() for i in covered)
    if ledger is None or not seconds:
        return 3 * len(intervals), False
    answered = ledger.call_count(data_set.name)
    asked = sum((i.until - i.after).total_seconds() for i in intervals)
    return max(3 * len(intervals), round(answered * asked / seconds)), True
