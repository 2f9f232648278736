"""The platform's rate limits, kept from our side: no request is sent that would go over them.

Counted the platform's way: 200 requests a minute, 1,000 an hour and 13,000 a day per key, where each span starts at
the first request in it. Counts are kept in the ledger, so they hold across restarts; requests for tokens are free.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from loader.errors import LoaderError
from loader.extract.ledger import Ledger

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LIMITS: Mapping[int, int] = {MINUTE: 200, HOUR: 1_000, DAY: 13_000}
"""Requests by span length in seconds (the platform's help pages)."""

MARGIN = 1.0
"""Seconds of silence after each span: its start is when the platform saw our first request, a little later than we."""

_NAMES = {MINUTE: "minute", HOUR: "hour", DAY: "day"}


class Stopped(LoaderError):
    """The run is ending: whoever waits or is about to call gives up."""


class Stop:
    """Ends all waiting and calling of a run, from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Tells everybody to end."""
        self._event.set()

    def check(self) -> None:
        """Raises Stopped once the run is ending."""
        if self._event.is_set():
            raise Stopped("The run was ended.")

    def sleep(self, seconds: float) -> None:
        """Waits; raises Stopped as soon as the run is ending."""
        self._event.wait(seconds)
        self.check()


class Budget:
    """Hands out requests one by one, waiting where a span is used up; shared by all threads of a run."""

    def __init__(
        self,
        ledger: Ledger,
        key_id: str,
        sleep: Callable[[float], None],
        say: Callable[[str], None],
        limits: Mapping[int, int] = LIMITS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._ledger, self._key_id, self._sleep, self._say, self._now = ledger, key_id, sleep, say, now
        self._limits = dict(limits)
        self._lock = threading.Lock()
        self._said_until = 0.0

    def take(self) -> None:
        """Counts one request, on disk, before it is sent; waits, with a message, until it fits every limit."""
        while True:
            with self._lock:
                wait, seconds = self._wait()
                if wait <= 0:
                    self._count()
                    return
                until = self._now() + wait
                is_news = wait > MARGIN and until > self._said_until + MARGIN  # once for all threads
                if is_news:
                    self._said_until = until
            if is_news:
                self._say(
                    f"Waiting {wait:,.0f} s: the {self._limits[seconds]:,} calls per {_NAMES.get(seconds, 'span')} that"
                    " the platform allows are used up."
                )
            self._sleep(wait)

    def left(self, seconds: int = HOUR) -> int:
        """Requests left in the current span of that length."""
        span = self._current(seconds)
        return self._limits[seconds] - (span[1] if span else 0)

    def _wait(self) -> tuple[float, int]:
        """The longest wait that any span demands, in seconds, and the length of that span."""
        longest = (0.0, 0)
        for seconds, limit in self._limits.items():
            span = self._ledger.span(self._key_id, seconds)
            if span is None:
                continue
            age = self._now() - span[0]
            if age < 0:  # the clock was set back: count the span from now, the cautious reading
                self._ledger.set_spans(self._key_id, {seconds: (self._now(), span[1])})
                age = 0.0
            # The margin belongs to neither span: a request in it could open the platform's next span before ours.
            in_margin = seconds <= age < seconds + MARGIN
            if in_margin or (age < seconds and span[1] >= limit):
                longest = max(longest, (seconds - age + MARGIN, seconds))
        return longest

    def _current(self, seconds: int) -> tuple[float, int] | None:
        span = self._ledger.span(self._key_id, seconds)
        if span is None or self._now() - span[0] >= seconds:
            return None
        return span

    def _count(self) -> None:
        spans: dict[int, tuple[float, int]] = {}
        for seconds in self._limits:
            start, count = self._current(seconds) or (self._now(), 0)
            spans[seconds] = (start, count + 1)
        self._ledger.set_spans(self._key_id, spans)
