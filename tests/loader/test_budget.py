"""The rate limits, counted the platform's way, with a clock that the test turns."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from loader.api.budget import DAY, HOUR, LIMITS, MARGIN, MINUTE, Budget
from loader.errors import Stopped
from loader.extract.stop import Stop
from loader.store import Store, open_store

FILE = ".extract.sqlite"


class Clock:
    """Time that passes only by sleeping, and what was said meanwhile."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.said: list[str] = []
        self.sent: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def budget(self, store: Store, key: str = "key", limits: Mapping[int, int] = LIMITS) -> Budget:
        return Budget(
            store, SecretStr(key), sleep=self.sleep, say=self.said.append, limits=limits, now=lambda: self.now
        )

    def send(self, budget: Budget, count: int, every: float = 0.0) -> None:
        for _ in range(count):
            budget.take()
            self.sent.append(self.now)
            self.now += every


def over_limit(sent: list[float], seconds: int, limit: int) -> bool:
    """Whether the platform would have turned a request away: spans begin at the first request in them."""
    start, count = float("-inf"), 0
    for moment in sent:
        if moment - start >= seconds:
            start, count = moment, 0
        count += 1
        if count > limit:
            return True
    return False


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_used_up_minute_is_waited_for_with_a_message(tmp_path: Path, clock: Clock) -> None:
    with open_store(tmp_path / FILE, "") as store:
        budget = clock.budget(store)
        clock.send(budget, 200)
        assert clock.now == 1_000_000.0
        assert (budget.left(MINUTE), budget.left(HOUR)) == (0, 800)
        clock.send(budget, 1)
    assert clock.now == 1_000_000.0 + MINUTE + MARGIN, "the span starts at its first request, not at the full minute"
    assert clock.said == ["Waiting 61 s: the 200 calls per minute that the platform allows are used up."]


@pytest.mark.parametrize("every", [0.0, 0.29, 0.31, 1.7, 3.0])
def test_no_span_is_ever_over_its_limit(tmp_path: Path, clock: Clock, every: float) -> None:
    limits = {MINUTE: 20, HOUR: 100, DAY: 300}
    with open_store(tmp_path / FILE, "") as store:
        clock.send(clock.budget(store, limits=limits), 400, every)
    for seconds, limit in limits.items():
        assert not over_limit(clock.sent, seconds, limit)
    assert clock.sent[-1] - clock.sent[0] < DAY + 2 * HOUR, "and no time is wasted"


def test_spans_survive_a_restart_and_belong_to_a_key(tmp_path: Path, clock: Clock) -> None:
    with open_store(tmp_path / FILE, "") as store:
        clock.send(clock.budget(store, "one"), 200)
    clock.now += 10
    with open_store(tmp_path / FILE, "") as store:
        other = clock.budget(store, "two")
        clock.send(other, 1)
        assert clock.now == 1_000_010.0
        clock.send(clock.budget(store, "one"), 1)
        assert clock.now == 1_000_061.0


def test_a_clock_set_back_neither_blocks_for_ever_nor_forgets(tmp_path: Path, clock: Clock) -> None:
    with open_store(tmp_path / FILE, "") as store:
        clock.send(clock.budget(store), 200)
        clock.now -= 10_000_000
        before = clock.now
        clock.send(clock.budget(store), 1)
        assert before + MINUTE <= clock.now <= before + MINUTE + 2 * MARGIN


def test_the_key_is_not_in_the_record(tmp_path: Path, clock: Clock) -> None:
    with open_store(tmp_path / FILE, "") as store:
        clock.budget(store, "CANARY").take()
        assert clock.budget(store, "CANARY").left() == 999
        assert clock.budget(store, "OTHER").left() == 1_000
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"CANARY" not in stored
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_counts_of_an_earlier_version_count(tmp_path: Path, clock: Clock) -> None:
    """They lie in the same file and tables, whose names must not change."""
    key_id = hashlib.scrypt(b"key", salt=b"salt", n=2**12, r=8, p=1, dklen=16).hex()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript(
            "create table salt (value blob not null); insert into salt values (cast('salt' as blob));"
            "create table spans (key_id text not null, seconds integer not null, started_at real not null,"
            " request_count integer not null, primary key (key_id, seconds));"
            f"insert into spans values ('{key_id}', 3600, {clock.now - 10}, 400);"
        )
    with open_store(tmp_path / FILE, "") as store:
        assert clock.budget(store).left(HOUR) == 600


def test_who_waits_gives_up_when_the_run_ends() -> None:
    stop = Stop()
    stop.sleep(0)
    stop.set()
    with pytest.raises(Stopped):
        stop.sleep(1000)
