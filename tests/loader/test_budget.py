"""The rate limits, counted the platform's way, with a clock that the test turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.api.budget import DAY, HOUR, LIMITS, MARGIN, MINUTE, Budget, Stop, Stopped
from loader.extract.ledger import FILE_NAME, open_ledger


class Clock:
    """Time that passes only by sleeping, and what was said meanwhile."""

    def __init__(self) -> None:
        self.now, self.said, self.sent = 1_000_000.0, [], []

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def budget(self, ledger, key="key", limits=LIMITS) -> Budget:
        return Budget(ledger, key, self.sleep, self.said.append, limits, lambda: self.now)

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


def test_a_used_up_minute_is_waited_for_with_a_message(tmp_path, clock):
    with open_ledger(tmp_path) as ledger:
        budget = clock.budget(ledger)
        clock.send(budget, 200)
        assert clock.now == 1_000_000.0
        assert (budget.left(MINUTE), budget.left(HOUR)) == (0, 800)
        clock.send(budget, 1)
    assert clock.now == 1_000_000.0 + MINUTE + MARGIN, "the span starts at its first request, not at the full minute"
    assert clock.said == ["Waiting 61 s: the 200 calls per minute that the platform allows are used up."]


@pytest.mark.parametrize("every", [0.0, 0.29, 0.31, 1.7, 3.0])
def test_no_span_is_ever_over_its_limit(tmp_path, clock, every):
    limits = {MINUTE: 20, HOUR: 100, DAY: 300}
    with open_ledger(tmp_path) as ledger:
        clock.send(clock.budget(ledger, limits=limits), 400, every)
    for seconds, limit in limits.items():
        assert not over_limit(clock.sent, seconds, limit)
    assert clock.sent[-1] - clock.sent[0] < DAY + 2 * HOUR, "and no time is wasted"


def test_spans_survive_a_restart_and_belong_to_a_key(tmp_path, clock):
    with open_ledger(tmp_path) as ledger:
        clock.send(clock.budget(ledger, ledger.key_id("one")), 200)
    clock.now += 10
    with open_ledger(tmp_path) as ledger:
        other = clock.budget(ledger, ledger.key_id("two"))
        clock.send(other, 1)
        assert clock.now == 1_000_010.0
        clock.send(clock.budget(ledger, ledger.key_id("one")), 1)
        assert clock.now == 1_000_061.0


def test_a_clock_set_back_neither_blocks_for_ever_nor_forgets(tmp_path, clock):
    with open_ledger(tmp_path) as ledger:
        clock.send(clock.budget(ledger), 200)
        clock.now -= 10_000_000
        before = clock.now
        clock.send(clock.budget(ledger), 1)
        assert before + MINUTE <= clock.now <= before + MINUTE + 2 * MARGIN


def test_the_key_is_not_in_the_record(tmp_path):
    with open_ledger(tmp_path) as ledger:
        assert ledger.key_id("CANARY") == ledger.key_id("CANARY") != ledger.key_id("OTHER")
    stored = b"".join(file.read_bytes() for file in Path(tmp_path).iterdir())
    assert b"CANARY" not in stored
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_who_waits_gives_up_when_the_run_ends():
    stop = Stop()
    stop.sleep(0)
    stop.set()
    with pytest.raises(Stopped):
        stop.sleep(1000)
