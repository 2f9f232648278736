"""How a run of `extract` shows on the screen: live lines on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn

from loader.api.access import check_env_file, check_settings
from loader.api.budget import DAY, HOUR, LIMITS
from loader.errors import ExtractIncomplete
from loader.extract.plan import Plan, make_plan, read_order
from loader.extract.run import Listener, extract
from loader.intervals import Interval
from loader.moments import iso
from loader.settings import Settings
from playground.landing import refuse_sample

_EVERY = 10.0
"""Seconds between two plain lines on the same data set."""


class Display(Listener):
    """Shows, per data set, the window asked for, rows so far and the calls left in the hour."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, float] = {}
        self._bars: Bars | None = None
        if self._console.is_terminal:
            self._bars = Bars(SpinnerColumn(), TextColumn("{task.description}"), console=self._console, transient=True)

    def __enter__(self) -> Display:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def say(self, text: str) -> None:
        """A line that stays."""
        self._console.print(text, markup=False)

    def page(self, data_set: str, asked: Interval, rows: int, total: int, calls_left: int) -> None:
        """Updates the data set's line; without a terminal, prints one now and then."""
        text = (
            f"{data_set}: {rows:,} rows up to {asked.until:%Y-%m-%d %H:%M} (back to {asked.after:%Y-%m-%d}),"
            f" {total:,} so far, {calls_left:,} calls left in the hour"
        )
        with self._lock:
            if self._bars is not None:
                if data_set not in self._tasks:
                    self._tasks[data_set] = self._bars.add_task(data_set, total=None)
                self._bars.update(self._tasks[data_set], description=text)
            elif time.monotonic() - self._said.setdefault(data_set, time.monotonic()) >= _EVERY:
                self._said[data_set] = time.monotonic()
                self.say(text)

    def done(self, data_set: str, total: int, calls: int) -> None:
        """Replaces the data set's line by one that stays."""
        with self._lock:
            if self._bars is not None and data_set in self._tasks:
                self._bars.remove_task(self._tasks.pop(data_set))
            self.say(f"{data_set}: {total:,} rows in {calls:,} calls")


def extract_and_show(
    settings: Settings, data_sets: Sequence[str], since: str | None, until: str | None, dry_run: bool
) -> None:
    """The whole command. Raises UsageError before anything is touched, ExtractIncomplete naming what is missing."""
    check_settings(settings)
    check_env_file()
    refuse_sample(settings.landing)
    plan = make_plan(settings.landing, read_order(settings, data_sets, since, until, datetime.now(UTC)))
    with Display() as display:
        if dry_run or plan.is_long:
            display.say("\n".join(plan_lines(plan)))
        if dry_run:
            return
        outcome = extract(settings, plan, display)
        rows, calls = sum(outcome.row_counts.values()), sum(outcome.call_counts.values())
        display.say(f"Fetched {rows:,} rows in {calls:,} calls into {settings.landing}.")
    if outcome.failures:
        raise ExtractIncomplete("Not everything could be fetched.\n" + "\n".join(f"  {f}" for f in outcome.failures))


def plan_lines(plan: Plan) -> list[str]:
    """What will be asked for, newest first, and in how many calls."""
    lines = [f"Plan, newest data first, until {iso(plan.order.until)}:"]
    for name, intervals in plan.wanted.items():
        calls, is_known = plan.estimates[name]
        ranges = ", then ".join(f"{iso(i.after)} to {iso(i.until)}" for i in intervals[:3])
        more = f" and {len(intervals) - 3} older ranges" if len(intervals) > 3 else ""
        much = f"about {calls:,} calls at the density of what was fetched" if is_known else f"at least {calls:,} calls"
        lines.append(f"  {name}: {much}: {ranges or 'nothing'}{more}")
    total = sum(calls for calls, _ in plan.estimates.values())
    hours = max(total / LIMITS[HOUR], total / LIMITS[DAY] * 24)
    lines.append(
        f"  Together {total:,} calls, {f'{hours:,.1f} hours' if total > LIMITS[HOUR] else 'less than an hour'} at"
        f" {LIMITS[HOUR]:,} calls an hour and {LIMITS[DAY]:,} a day. A data set that was never fetched takes one more"
        " call per page of about 20,000 rows."
    )
    return lines
