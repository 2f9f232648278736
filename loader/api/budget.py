"""The platform's rate limits, kept from our side: no request is sent that would go over them.

Counted the platform's way: 200 requests a minute, 1,000 an hour and 13,000 a day per key, where each span starts at
the first request in it. Counts are kept in tables of their own in the landing folder's SQLite file, so they hold across
restarts; a key is known there by a salted scrypt digest. Requests for tokens are free.

pyrate-limiter's SQLite bucket was tried instead. It waits as long as a clock was set back (116 days in the test), and
several processes passed 201 of 200 requests, as it counts and adds in two steps.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping

from pydantic import SecretStr

from loader.store import Store

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LIMITS: Mapping[int, int] = {MINUTE: 200, HOUR: 1_000, DAY: 13_000}
"""Requests by span length in seconds (the platform's help pages)."""

MARGIN = 1.0
"""Seconds of silence after each span: its start is when the platform saw our first request, a little later than we."""

_NAMES = {MINUTE: "minute", HOUR: "hour", DAY: "day"}

_TABLES = (
    "create table if not exists salt (value blob not null)",
    "create table if not exists spans (key_id text not null, seconds integer not null, started_at real not null,"
    " request_count integer not null, primary key (key_id, seconds))",
)


class Budget:
    """Hands out requests one by one, waiting where a span is used up; shared by all threads of a run."""

    def __init__(
        self,
        store: Store,
        key: SecretStr,
        *,
        sleep: Callable[[float], None],
        say: Callable[[str], None],
        limits: Mapping[int, int] = LIMITS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._sleep, self._say, self._limits, self._now = store, sleep, say, dict(limits), now
        with store.transaction() as connection:
            for table in _TABLES:
                connection.execute(table)
        self._key_id = _key_id(store, key)
        self._said_until = 0.0

    def take(self) -> None:
        """Counts one request, on disk, before it is sent; waits, with a message, until it fits every limit."""
        while True:
            with self._store.transaction():
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

    def left(self, seconds: int = HOUR) -> int | None:
        """Requests left in the current span of that length; None where there is no limit."""
        if seconds not in self._limits:
            return None
        span = self._current(seconds)
        return self._limits[seconds] - (span[1] if span else 0)

    def _wait(self) -> tuple[float, int]:
        """The longest wait that any span demands, in seconds, and the length of that span."""
        longest = (0.0, 0)
        for seconds, limit in self._limits.items():
            span = self._span(seconds)
            if span is None:
                continue
            start, count = span
            age = self._now() - start
            if age < 0:  # the clock was set back: count the span from now, the cautious reading
                self._set_span(seconds, self._now(), count)
                age = 0.0
            # The margin belongs to neither span: a request in it could open the platform's next span before ours.
            in_margin = seconds <= age < seconds + MARGIN
            if in_margin or (age < seconds and count >= limit):
                longest = max(longest, (seconds - age + MARGIN, seconds))
        return longest

    def _count(self) -> None:
        for seconds in self._limits:
            start, count = self._current(seconds) or (self._now(), 0)
            self._set_span(seconds, start, count + 1)

    def _current(self, seconds: int) -> tuple[float, int] | None:
        span = self._span(seconds)
        return None if span is None or self._now() - span[0] >= seconds else span

    def _span(self, seconds: int) -> tuple[float, int] | None:
        """When the span of that length started (Unix time) and how many requests it has had."""
        rows = self._store.rows(
            "select started_at, request_count from spans where key_id = ? and seconds = ?", (self._key_id, seconds)
        )
        return (rows[0]["started_at"], rows[0]["request_count"]) if rows else None

    def _set_span(self, seconds: int, start: float, count: int) -> None:
        with self._store.transaction() as connection:
            connection.execute(
                "insert or replace into spans values (?, ?, ?, ?)", (self._key_id, seconds, start, count)
            )


def _key_id(store: Store, key: SecretStr) -> str:
    """An opaque name for the key, the same on every run."""
    with store.transaction() as connection:
        salts = store.rows("select value from salt")
        salt: bytes = salts[0]["value"] if salts else secrets.token_bytes(16)
        if not salts:
            connection.execute("insert into salt values (?)", (salt,))
    return hashlib.scrypt(key.get_secret_value().encode(), salt=salt, n=2**12, r=8, p=1, dklen=16).hex()
