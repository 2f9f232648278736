"""The pages of one data set in one run: asked for, landed under their final names, and put on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from loader.api.answer import Answer
from loader.api.client import Client
from loader.catalog import DataSet
from loader.disk import sync
from loader.errors import CallTimedOut
from loader.extract.calls import Call
from loader.extract.ledger import Ledger
from loader.extract.stop import Stop
from loader.extract.window import NARROWEST, Window
from loader.intervals import Interval

OVERLAP_MARGIN = timedelta(hours=1)
"""On top of a data set's cadence, for clocks that differ."""

_PART = ".page.part"
"""The name of a page that is still coming; one per data set, as a data set's pages come one by one."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the walks of one run share."""

    run_id: str
    """Sorts after every earlier run's: file names begin with it, and of equal rows the later file's counts."""
    started_at: datetime
    floor: datetime
    """The oldest moment that any run asks for."""
    landing: Path
    client: Client
    ledger: Ledger
    stop: Stop
    on_page: Callable[[str, Interval, int, int], None]
    """Told of each page: data set, interval asked, its rows, the walk's rows so far."""


class Pages:
    """Asks for pages, lands them and records them."""

    def __init__(self, run: Run, data_set: DataSet) -> None:
        self.run, self.data_set = run, data_set
        self.row_count = 0
        """Rows received; ties and overlaps count twice."""
        self.call_count = 0
        """Answered calls."""
        self._folder = run.landing / data_set.name / "api"
        self._window = Window()
        self._file_count = 0

    def ask(self, after: datetime, until: datetime, data_set: DataSet | None = None) -> Answer:
        """The newest page up to `until`, back to `after` or as far as the window goes, which timeouts narrow.

        Raises CallFailed, CallRefused, AccessRefused or Stopped.
        """
        while True:
            self.run.stop.check()
            asked = Interval(max(after, until - min(self._window.width, until - after)), until)
            can_narrow = asked.until - asked.after > NARROWEST
            try:
                answer = self.run.client.fetch(data_set or self.data_set, asked, self._part(), can_narrow=can_narrow)
            except CallTimedOut:
                if not can_narrow:
                    raise
                self._window.narrow(asked.until - asked.after)
                continue
            self._window.widen()
            self.call_count += 1
            rows = answer.page.row_count
            self.run.on_page(self.data_set.name, asked, rows, self.row_count + rows)
            return answer

    def record(self, answer: Answer, outcome: str, covered: Interval | None) -> int:
        """Lands the page, then records the call and what it proves covered; returns the call's id in the ledger."""
        self.row_count += answer.page.row_count
        return self._record(answer, outcome, covered, self._land(answer))

    def record_only(self, answer: Answer, outcome: str) -> int:
        """Records the call without landing its page; returns the call's id in the ledger."""
        return self._record(answer, outcome, None, None)

    def cover(self, interval: Interval) -> None:
        """Puts on record that what landed already covers the interval."""
        self.run.ledger.cover(self.data_set.name, interval, self._settled_until(self.newest_seen()))

    def newest_seen(self, data_set: DataSet | None = None) -> datetime | None:
        """The largest timestamp on any page of the data set so far, none later than the start of the run."""
        return self.run.ledger.calls.largest_seen((data_set or self.data_set).name, self.run.started_at)

    def _record(self, answer: Answer, outcome: str, covered: Interval | None, file: str | None) -> int:
        page = answer.page
        call = Call(
            data_set=self.data_set.name,
            requested_at=answer.requested_at,
            asked=answer.asked,
            outcome=outcome,
            row_count=page.row_count,
            byte_count=answer.byte_count,
            smallest=page.smallest,
            largest=page.largest,
            tie_count=page.tie_count,
            digest=answer.digest,
            file=file,
        )
        largest = self.newest_seen()
        if page.largest is not None and page.largest <= self.run.started_at:
            largest = max(largest or page.largest, page.largest)
        return self.run.ledger.record(self.run.run_id, call, covered, self._settled_until(largest))

    def _settled_until(self, largest: datetime | None) -> datetime | None:
        return None if largest is None else largest - self.data_set.cadence - OVERLAP_MARGIN

    def _part(self) -> Path:
        """Where the page comes to; makes the folder where need be."""
        if not self._folder.exists():
            self._folder.mkdir(parents=True)
            for parent in (self._folder.parent, self.run.landing):
                sync(parent)
        return self._folder / _PART

    def _land(self, answer: Answer) -> str | None:
        """Gives the page its final name; returns it relative to the landing folder, None for a page without rows."""
        part = self._part()
        if answer.page.row_count == 0:
            part.unlink()
            return None
        known = self.run.ledger.calls.landed_file(self.data_set.name, answer.digest)
        if known is not None and (self.run.landing / known).exists():
            part.unlink()  # byte for byte what has landed already
            return known
        self._file_count += 1
        final = self._folder / f"{self.run.run_id}-{self._file_count:06d}.csv.gz"
        part.rename(final)
        sync(self._folder)
        return final.relative_to(self.run.landing).as_posix()


def clear_parts(landing: Path) -> None:
    """Removes pages that were left unfinished or were not to land."""
    for part in landing.glob(f"*/api/{_PART}"):
        part.unlink(missing_ok=True)
