"""Calls of the platform's API, and what they covered: counted hour by hour."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path

from loader.extract.calls import Call
from loader.extract.ledger import open_ledger
from loader.intervals import Interval
from reference.staging import Row
from reference.world import Table, World

HOUR = timedelta(hours=1)
ERA = 24
"""Hours that each institution asks for; they follow each other, since all fit one landing folder."""
FIRST_ERA = datetime(2020, 1, 1)
ASKED_FOR = ("users", "enrollments", "question_set_responses")
CALLS = "_extraction_calls"
"""Name of the calls among an institution's rows."""


@dataclass(frozen=True)
class Asked:
    """A call for the hours `after` to `until` of an era, answered down to `proved` or failed."""

    data_set: str
    era: int
    after: int
    until: int
    proved: int | None
    """From here to `until` nothing is missing; None where the call failed."""
    row_count: int
    requested_at: datetime

    def at(self, hour: int) -> datetime:
        return FIRST_ERA + (self.era * ERA + hour) * HOUR

    @property
    def outcome(self) -> str:
        if self.proved is None:
            return "failed: 503"
        if self.row_count == 0:
            return "empty"
        return "one_timestamp" if self.proved == self.after else "more"


def random_calls(seed: int, era: int) -> list[Row]:
    """Some hours of the era covered, others not; the first hour is and the last is not, so that eras never join."""
    rng = random.Random(seed)
    requested_at = datetime(2024, 1, 1) + era * timedelta(days=1)
    calls = []
    for data_set in ASKED_FOR:
        calls.append(Asked(data_set, era, 0, 1, 0, 0, requested_at))
        for _ in range(rng.randint(0, 4)):
            after, until = sorted(rng.sample(range(1, ERA), 2))
            proved = rng.choice([None, after, after, rng.randint(after, until - 1)])
            row_count = 0 if proved is None or (proved == after and rng.random() < 0.5) else rng.randint(1, 9)
            requested_at += timedelta(seconds=rng.randint(0, 2))
            calls.append(Asked(data_set, era, after, until, proved, row_count, requested_at))
    return [{"call": call} for call in calls]


def record(landing: Path, calls: list[Asked]) -> None:
    """The calls as `extract` leaves them in the landing folder."""
    with open_ledger(landing) as ledger:
        for one in calls:
            utc = {hour: one.at(hour).replace(tzinfo=UTC) for hour in range(ERA + 1)}
            ledger.ask_for(one.data_set, Interval(utc[0], utc[ERA]))
            call = Call(
                one.data_set,
                one.requested_at.replace(tzinfo=UTC),
                Interval(utc[one.after], utc[one.until]),
                one.outcome,
                row_count=one.row_count,
                byte_count=10 * one.row_count,
                smallest=utc[one.proved] if one.proved is not None and one.row_count else None,
                largest=utc[one.until] if one.row_count else None,
                tie_count=min(one.row_count, 2),
            )
            covered = None if one.proved is None else Interval(utc[one.proved], utc[one.until])
            ledger.record("run", call, covered)


@cache
def extraction_coverage(world: World) -> list[Row]:
    """One row per data set and run of hours that were all fetched (`covered`) or all not (`gap`)."""
    calls: list[Asked] = [row["call"] for row in world.raw.get(CALLS, [])]
    result = []
    for data_set in sorted({call.data_set for call in calls}):
        own = [call for call in calls if call.data_set == data_set]
        fetched = {hour for call in own if call.proved is not None for hour in range(call.proved, call.until)}
        for is_covered, group in groupby(range(ERA), key=fetched.__contains__):
            hours = [*group]
            touching = [call for call in own if call.after <= hours[-1] and call.until > hours[0]]
            answered = [call for call in touching if call.proved is not None]
            with_rows = [call for call in answered if call.row_count]
            if is_covered:
                stop_reason = "complete"
            elif not touching:
                stop_reason = "not_asked"
            else:
                stop_reason = "failed" if touching[-1].proved is None else "more"
            result.append(
                {
                    "data_set": data_set,
                    "updated_after": own[0].at(hours[0]),
                    "updated_until": own[0].at(hours[-1] + 1),
                    "kind": "covered" if is_covered else "gap",
                    "stop_reason": stop_reason,
                    "call_count": len(touching),
                    "failed_call_count": len(touching) - len(answered),
                    "row_count": sum(call.row_count for call in touching),
                    "byte_count": 10 * sum(call.row_count for call in touching),
                    "smallest_tie_count": min(with_rows[-1].row_count, 2) if with_rows else 0,
                    "smallest_updated_at": min((call.at(call.proved or 0) for call in with_rows), default=None),
                    "largest_updated_at": max((call.at(call.until) for call in with_rows), default=None),
                    "last_requested_at": max((call.requested_at for call in touching), default=None),
                }
            )
    return result


@cache
def freshness(world: World) -> list[Row]:
    """One row per data set: rows in staging, newest timestamps, files, and the end of the last run of fetched hours."""
    ends: dict[str, datetime] = {}
    for row in extraction_coverage(world):
        if row["kind"] == "covered":
            ends[row["data_set"]] = max(row["updated_until"], ends.get(row["data_set"], FIRST_ERA))
    return [
        {
            "data_set": data_set,
            "row_count": len(staged.rows),
            "newest_updated_at": max((row["updated_at"] for row in staged.rows if row["updated_at"]), default=None),
            "newest_loaded_at": max((row["_loaded_at"] for row in world.raw.get(data_set, [])), default=None),
            "covered_until": ends.get(data_set),
            "file_count": len({row["_source_file"] for row in world.raw.get(data_set, [])}),
            "rejected_record_count": 0,  # an institution's raw has none on record
        }
        for data_set, staged in world.staged.items()
    ]


TABLES = {
    "audit.extraction_coverage": Table(("data_set", "updated_after", "updated_until"), extraction_coverage),
    "audit.freshness": Table(("data_set",), freshness, adds_up=True),
}
