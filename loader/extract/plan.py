"""What a run of `extract` is asked to do: its options, checked, and the intervals and calls that follow from them.

Asked for is everything from the backfill start to the run's frozen upper bound that is not settled yet (see
`loader.extract.ledger`), newest first; with `since`, exactly the range given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from loader.catalog import DataSet, pick
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
    named = pick(data_sets)
    floor = settings.backfill_start
    floor = floor.replace(tzinfo=UTC) if floor.tzinfo is None else floor.astimezone(UTC)
    after = parse_typed(since, "--since") if since else None
    before = parse_typed(until, "--until") if until else now
    if after is not None and after > before:
        raise UsageError(
            f"--since {iso(after)} lies after {'--until' if until else 'the present moment,'} {iso(before)};"
            " give an earlier one."
        )
    if after is None and floor > before:
        raise UsageError(
            f"NOVOED_BACKFILL_START {iso(floor)} lies after {iso(before)}, where the run would begin;"
            " give an earlier one."
        )
    return Order(named, floor, after, before)


@dataclass(frozen=True)
class Plan:
    """What a run asks for: computed once, from its order and the record of what was fetched."""

    order: Order
    wanted: dict[str, list[Interval]]
    """By data set, newest first."""
    estimates: dict[str, tuple[int, bool]]
    """By data set, how many calls that takes, and whether the density of its rows is known."""

    @property
    def is_long(self) -> bool:
        """Whether some data set's history is still missing, from the backfill start on."""
        return self.order.since is None and any(
            interval.after <= self.order.floor for intervals in self.wanted.values() for interval in intervals
        )


def make_plan(landing: Path, order: Order) -> Plan:
    """The plan, from the record alone: nothing is asked and nothing is written."""
    with read_ledger(landing) as ledger:
        wanted = {data_set.name: _wanted(order, data_set, ledger) for data_set in order.data_sets}
        estimates = {data_set.name: _estimate(data_set, wanted[data_set.name], ledger) for data_set in order.data_sets}
    return Plan(order, wanted, estimates)


def _wanted(order: Order, data_set: DataSet, ledger: Ledger | None) -> list[Interval]:
    if order.since is not None:
        return [Interval(order.since, order.until)] if order.since < order.until else []
    settled = ledger.settled(data_set.name) if ledger else []
    return subtract(Interval(order.floor, order.until), settled)[::-1]


def _estimate(data_set: DataSet, intervals: list[Interval], ledger: Ledger | None) -> tuple[int, bool]:
    """Calls: three for any interval, plus pages at the density of what was fetched; and whether that is known."""
    covered = ledger.covered(data_set.name) if ledger else []
    seconds = sum((i.until - i.after).total_seconds() for i in covered)
    if ledger is None or not seconds:
        return 3 * len(intervals), False
    answered = ledger.calls.answered_count(data_set.name)
    asked = sum((i.until - i.after).total_seconds() for i in intervals)
    return max(3 * len(intervals), round(answered * asked / seconds)), True
