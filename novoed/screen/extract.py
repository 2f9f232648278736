"""What `extract` shows: its plan; then live lines on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn

from loader.api.budget import DAY, HOUR, LIMITS
from loader.extract.plan import Plan
from loader.extract.run import Listener
from loader.intervals import Interval
from loader.moments import iso
from novoed.screen.console import console, say

_EVERY = 10.0
"""Seconds between two plain lines on the same data set."""


def show_plan(plan: Plan) -> None:
    """What will be asked for, newest first, and in how many calls."""
    say(f"Plan, newest data first, until {iso(plan.order.until)}:")
    for name, intervals in plan.wanted.items():
        calls, is_known = plan.estimates[name]
        ranges = ", then ".join(f"{iso(i.after)} to {iso(i.until)}" for i in intervals[:3])
        more = f" and {len(intervals) - 3} older ranges" if len(intervals) > 3 else ""
        much = f"about {calls:,} calls at the density of what was fetched" if is_known else f"at least {calls:,} calls"
        say(f"  {name}: {much}: {ranges or 'nothing'}{more}")
    total = sum(calls for calls, _ in plan.estimates.values())
    hours = max(total / LIMITS[HOUR], total / LIMITS[DAY] * 24)
    say(
        f"  Together {total:,} calls, {f'{hours:,.1f} hours' if total > LIMITS[HOUR] else 'less than an hour'} at"
        f" {LIMITS[HOUR]:,} calls an hour and {LIMITS[DAY]:,} a day. A data set that was never fetched takes one more"
        " call per page of about 20,000 rows."
    )


class ExtractReport(Listener):
    """Shows, per data set, the window asked for, rows so far and the calls left in the hour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, float] = {}
        self._bars: Bars | None = None
        if console.is_terminal:
            self._bars = Bars(SpinnerColumn(), TextColumn("{task.description}"), console=console, transient=True)

    def __enter__(self) -> ExtractReport:
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
        say(text)

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
                say(text)

    def done(self, data_set: str, total: int, calls: int) -> None:
        """Replaces the data set's line by one that stays."""
        with self._lock:
            if self._bars is not None and data_set in self._tasks:
                self._bars.remove_task(self._tasks.pop(data_set))
            say(f"{data_set}: {total:,} rows in {calls:,} calls")
