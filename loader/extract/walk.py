"""The walk through one data set: from the newest moment of an interval back to its oldest, page by page.

Pages come newest first and end anywhere, also inside a group of rows that share a timestamp, so each page starts where
the smallest printed timestamp of the page before it may end, and the walk is over when nothing is left below. What a
page proves is recorded at once. Nothing is concluded from a page's size, with one exception that the platform forces:
where every row of a page bears one timestamp and nothing older is left, only the sizes of other pages can tell whether
that was all of it (`Walk.judge`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from loader.api.budget import Stop
from loader.api.client import Answer, Client
from loader.catalog import DATA_SETS, DataSet
from loader.disk import sync
from loader.errors import CallTimedOut
from loader.extract.entries import Call, FullTimestamp, PageSizes
from loader.extract.ledger import Ledger
from loader.extract.window import NARROWEST, Window
from loader.intervals import Interval
from loader.moments import TICK, iso

OVERLAP_MARGIN = timedelta(hours=1)
"""On top of a data set's cadence, for clocks that differ."""
PLAUSIBLE_CAP = 100
"""No platform caps its pages below this: fewer rows of one timestamp, and nothing else to go by, are all there are."""
ASK_AGAIN = 3
"""More answers to get before it is decided whether a timestamp fills a page: page sizes vary."""
FAR_BELOW = 4
"""A page with this many times fewer rows than pages have room for is whole without asking again."""


@dataclass(frozen=True)
class Suspect:
    """A page that bears one timestamp only: all of its rows, or as many as fit on a page."""

    full: FullTimestamp
    asked: Interval
    call_id: int

    @property
    def span(self) -> Interval:
        """Every moment of the asked interval that the printed timestamp can stand for."""
        return Interval(max(self.full.moment - TICK, self.asked.after), self.asked.until)


@dataclass(frozen=True)
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


@dataclass
class Walk:
    """One data set in one run."""

    run: Run
    data_set: DataSet
    row_count: int = 0
    call_count: int = 0
    suspects: list[Suspect] = field(default_factory=list)
    """Pages of one timestamp that nothing decides yet; `judge` them when the run has seen more pages."""
    _window: Window = field(default_factory=Window)
    _file_count: int = 0
    _last_call: int = 0

    @property
    def folder(self) -> Path:
        """Where its pages land."""
        return self.run.landing / self.data_set.name / "api"

    def cover(self, wanted: Interval) -> None:
        """Fetches the interval, newest first; stops at a timestamp that fills a page, which then is on record.

        Raises CallFailed, CallRefused, AccessRefused or Stopped; what was fetched by then is landed and on record.
        """
        cursor = wanted.until
        suspect: Suspect | None = None
        before: tuple[Interval, Answer] | None = None
        while cursor > wanted.after:
            self.run.stop.check()
            asked, answer = self._ask(wanted.after, cursor)
            page = answer.page
            self._note_cut(before, answer)
            if suspect is not None and _lies_behind(suspect, asked, answer):
                self.run.ledger.mark_cut(suspect.call_id)
                self._record(asked, answer, "behind_full_timestamp", None, land=False)
                further = self._past(suspect)
                if further is None:
                    return
                cursor, suspect, before = further, None, None
                continue
            if suspect is not None:
                self._settle_or_keep(suspect)
                suspect = None
            before = asked, answer
            if page.smallest is None or page.reach is None:
                self._record(asked, answer, "empty", asked)
                cursor = asked.after
            elif page.reach < cursor:
                reach = max(page.reach, asked.after)
                self._record(asked, answer, "more", Interval(reach, cursor))
                cursor = reach
            else:
                call_id = self._record(asked, answer, "one_timestamp", None)
                suspect = Suspect(FullTimestamp(page.smallest, page.unit, page.row_count), asked, call_id)
                cursor = suspect.span.after
        if suspect is not None:
            self._settle_or_keep(suspect)

    def judge(self) -> None:
        """Decides the pages of one timestamp that were left open, by the sizes of all pages of the run."""
        for suspect in self.suspects:
            self.run.stop.check()
            if self._is_whole(suspect):
                self._cover(suspect.span)
            else:
                self._fail(suspect)
        self.suspects.clear()

    # --- one call

    def _ask(self, after: datetime, until: datetime, data_set: DataSet | None = None) -> tuple[Interval, Answer]:
        """The newest page up to `until`, back to `after` or as far as the window goes, which timeouts narrow."""
        while True:
            asked = Interval(max(after, until - min(self._window.width, until - after)), until)
            can_narrow = asked.until - asked.after > NARROWEST
            try:
                answer = self._fetch(data_set or self.data_set, asked, can_narrow)
            except CallTimedOut:
                if not can_narrow:
                    raise
                self._window.narrow(asked.until - asked.after)
                continue
            self._window.widen()
            return asked, answer

    def _fetch(self, data_set: DataSet, asked: Interval, can_narrow: bool) -> Answer:
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            for parent in (self.folder.parent, self.run.landing):
                sync(parent)
        answer = self.run.client.fetch(data_set, asked, self._part(), can_narrow)
        self.call_count += 1
        rows = answer.page.row_count
        self.run.on_page(self.data_set.name, asked, rows, self.row_count + rows)
        return answer

    def _part(self) -> Path:
        return self.folder / ".page.part"

    # --- what a page proves

    def _record(
        self, asked: Interval, answer: Answer, outcome: str, covered: Interval | None, land: bool = True
    ) -> int:
        """Lands the page, then records the call and what it covers; returns the call's id in the ledger."""
        page = answer.page
        self.row_count += page.row_count if land else 0
        call = Call(
            self.data_set.name,
            answer.requested_at,
            asked,
            outcome,
            page.row_count,
            answer.byte_count,
            page.smallest,
            page.largest,
            page.tie_count,
            answer.digest,
            self._land(answer) if land else None,
        )
        largest = self.run.ledger.largest_seen(self.data_set.name, self.run.started_at)
        if page.largest is not None and page.largest <= self.run.started_at:
            largest = max(largest or page.largest, page.largest)
        self._last_call = self.run.ledger.record(self.run.run_id, call, covered, self._settled_until(largest))
        return self._last_call

    def _cover(self, interval: Interval) -> None:
        largest = self.run.ledger.largest_seen(self.data_set.name, self.run.started_at)
        self.run.ledger.cover(self.data_set.name, interval, self._settled_until(largest))

    def _settled_until(self, largest: datetime | None) -> datetime | None:
        return None if largest is None else largest - self.data_set.cadence - OVERLAP_MARGIN

    def _land(self, answer: Answer) -> str | None:
        """Gives the page its final name; returns it relative to the landing folder, None for a page without rows."""
        part = self._part()
        if answer.page.row_count == 0:
            part.unlink()
            return None
        known = self.run.ledger.landed_file(self.data_set.name, answer.digest)
        if known is not None and (self.run.landing / known).exists():
            part.unlink()  # byte for byte what has landed already
            return known
        self._file_count += 1
        final = self.folder / f"{self.run.run_id}-{self._file_count:06d}.csv.gz"
        part.rename(final)
        sync(self.folder)
        return final.relative_to(self.run.landing).as_posix()

    def _note_cut(self, before: tuple[Interval, Answer] | None, answer: Answer) -> None:
        """A page was cut off if the next one, asked from its smallest timestamp on, has more of its interval."""
        if before is None:
            return
        page, earlier, earlier_after = answer.page, before[1].page, before[0].after
        if earlier.smallest is None or page.smallest is None:
            return
        more_ties = page.smallest == earlier.smallest and page.tie_count > earlier.tie_count
        if more_ties or earlier_after <= page.smallest < earlier.smallest:
            self.run.ledger.mark_cut(self._last_call)

    # --- one timestamp on a whole page

    def _past(self, suspect: Suspect) -> datetime | None:
        """Tries to get behind a timestamp that filled a page; where the walk goes on, or None: it stays a failure."""
        for answer in self._again(suspect):
            reach = answer.page.reach
            if reach is not None and reach < suspect.asked.until:
                reach = max(reach, suspect.asked.after)
                self._record(suspect.asked, answer, "more", Interval(reach, suspect.asked.until))
                return reach
        self._fail(suspect)
        return None

    def _settle_or_keep(self, suspect: Suspect) -> None:
        if self._is_far_below(suspect.full.row_count):
            self._cover(suspect.span)
        else:
            self.suspects.append(suspect)

    def _is_far_below(self, count: int) -> bool:
        room = self._room(count)
        if room is None:  # nothing to go by in this run
            return count * 10 < (self.run.ledger.page_sizes().smallest_cut or 0)
        return count * FAR_BELOW < room

    def _is_whole(self, suspect: Suspect) -> bool:
        """Whether a page of one timestamp with nothing older behind it held all of that timestamp's rows."""
        count = suspect.full.row_count
        if self._is_far_below(count):
            return True
        for answer in self._again(suspect):
            if answer.page.smallest is None or answer.page.smallest < suspect.full.moment:
                return True  # older rows, from below the interval, fit on the page, too
            if answer.page.row_count != count:
                return False  # as many rows as fit, not as many as there are
        if self._has_older(suspect):
            return False  # they would have come on the page, had there been room
        room = self._room(count)
        if room is None and self._has_newer(suspect):
            room = self._page_now(self.data_set)
        if room is not None and room > count:
            return True
        if self._sizes_now().smallest_cut is not None:
            return False  # pages of this run were cut off at this size
        ever = self.run.ledger.page_sizes()
        if ever.largest_cut is None or ever.largest_cut < count:  # no page of this size was ever cut off
            return count < max(ever.largest, PLAUSIBLE_CAP)
        return self._page_now(DATA_SETS[self.run.ledger.fullest_data_set()]) > count

    def _room(self, count: int) -> int | None:
        """How many rows a page of this run has room for; None where no page of the run tells.

        The data set's own pages come first, as page sizes may differ between data sets.
        """
        ledger, name = self.run.ledger, self.data_set.name
        own = ledger.page_sizes(self.run.run_id, name)
        if own.smallest_cut is not None or own.largest > count:
            return own.room
        own_ever = ledger.page_sizes(data_set=name).smallest_cut
        if own_ever is not None and own_ever <= count:
            return None  # other data sets' pages prove nothing against that
        every = self._sizes_now()
        return every.room if every.smallest_cut is not None or every.largest > count else None

    def _sizes_now(self) -> PageSizes:
        return self.run.ledger.page_sizes(self.run.run_id)

    def _page_now(self, data_set: DataSet) -> int:
        """How many rows the platform puts on the newest page of a data set today."""
        newest = self.run.ledger.largest_seen(data_set.name, self.run.started_at)
        _, answer = self._ask(self.run.floor, newest or self.run.started_at, data_set)
        return answer.page.row_count

    def _has_newer(self, suspect: Suspect) -> bool:
        newest = self.run.ledger.largest_seen(self.data_set.name, self.run.started_at)
        return newest is not None and newest > suspect.full.moment

    def _has_older(self, suspect: Suspect) -> bool:
        """Whether the data set has rows older than the suspect, below the interval that was asked for."""
        if suspect.asked.after <= self.run.floor:
            return False
        _, answer = self._ask(self.run.floor, suspect.span.after)
        return answer.page.row_count > 0

    def _again(self, suspect: Suspect) -> Iterator[Answer]:
        """The same page again, asked from the very beginning on: whatever older row is on it proves it whole."""
        for _ in range(ASK_AGAIN):
            self.run.stop.check()
            _, answer = self._ask(min(self.run.floor, suspect.asked.after), suspect.asked.until)
            yield answer

    def _fail(self, suspect: Suspect) -> None:
        self.run.ledger.uncover(self.data_set.name, suspect.span)
        self.run.ledger.add_full_timestamp(self.data_set.name, suspect.full)


def _lies_behind(suspect: Suspect, asked: Interval, answer: Answer) -> bool:
    """Whether the answer, asked below the suspect, has rows of the suspect's interval: then its page was cut off."""
    largest = answer.page.largest
    return largest is not None and (asked.after == suspect.asked.after or largest > suspect.asked.after)


def full_timestamp_message(data_set: str, full: FullTimestamp) -> str:
    """What to tell people about a timestamp that fills a page."""
    return (
        f"{data_set}: the {full.row_count:,} rows updated at {iso(full.moment)} fill a whole page, so the API gives no"
        " way to what lies behind them. It stays a gap, and every run tries it again; NovoEd can resolve it with a"
        " larger page or by touching some of those rows."
    )
