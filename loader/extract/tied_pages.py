"""Pages on which every row bears one timestamp: all of its rows, or as many as fit on a page?

Where older rows turn up behind such a page it was cut off, and the walk must get behind its timestamp. Where none do,
nothing that the API answers tells the two apart, so pieces of evidence are looked at in the order of EVIDENCE; the
first that says something counts. docs/extract.md prints the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from loader.api.answer import Answer
from loader.catalog import DATA_SETS, DataSet
from loader.extract.calls import PageSizes
from loader.extract.ledger import FullTimestamp
from loader.extract.pages import Pages
from loader.intervals import Interval
from loader.moments import TICK, iso

PLAUSIBLE_CAPACITY = 100
"""No platform caps its pages below this: fewer rows of one timestamp, and nothing else to go by, are all there are."""
ASK_AGAIN = 3
"""More answers to get before it is decided whether a timestamp fills a page: page sizes vary."""
FAR_BELOW = 4
"""A page with this many times fewer rows than pages have room for is whole without asking again."""
FAR_BELOW_EARLIER = 10
"""The same where only earlier runs tell how much room pages have."""


@dataclass(frozen=True)
class TiedPage:
    """A page that bears one timestamp only."""

    full: FullTimestamp
    """What it is on record as, should it prove to be full."""
    asked: Interval
    call_id: int

    @classmethod
    def of(cls, answer: Answer, call_id: int) -> TiedPage:
        """From an answer with rows and its call on record."""
        page = answer.page
        assert page.smallest is not None
        return cls(FullTimestamp(page.smallest, page.unit, page.row_count), answer.asked, call_id)

    @property
    def span(self) -> Interval:
        """Every moment of the asked interval that the printed timestamp can stand for."""
        return Interval(max(self.full.moment - TICK, self.asked.after), self.asked.until)

    def has_behind(self, answer: Answer) -> bool:
        """Whether the answer, asked below this page, has rows of this page's interval: then it was cut off."""
        largest = answer.page.largest
        return largest is not None and (answer.asked.after == self.asked.after or largest > self.asked.after)


def get_behind(tied: TiedPage, pages: Pages) -> datetime | None:
    """Asks again for a page that was cut off, as page sizes vary: where the walk goes on, None if it stays full."""
    for answer in ask_again(tied, pages):
        reach = answer.page.reach
        if reach is not None and reach < tied.asked.until:
            reach = max(reach, tied.asked.after)
            pages.record(replace(answer, asked=tied.asked), "more", Interval(reach, tied.asked.until))
            return reach
    return None


def ask_again(tied: TiedPage, pages: Pages) -> Iterator[Answer]:
    """The same page again, asked from the very beginning on: an older row on it proves it whole."""
    for _ in range(ASK_AGAIN):
        yield pages.ask(min(pages.run.floor, tied.asked.after), tied.asked.until)


def is_whole(case: Case) -> bool:
    """The verdict: what the first piece of evidence says that says something."""
    for evidence in EVIDENCE:
        verdict = evidence(case)
        if verdict is not None:
            return verdict
    raise AssertionError("the last piece of evidence always says something")


class Case:
    """A tied page with nothing older behind it, and what there is to learn about it.

    Each piece of evidence says True (the page is whole), False (it was cut off) or None (that it cannot tell).
    """

    def __init__(self, tied: TiedPage, pages: Pages) -> None:
        self._tied, self._pages, self._calls = tied, pages, pages.run.ledger.calls
        self._count = tied.full.row_count
        self._answers: list[Answer] = []

    def is_far_below_capacity(self) -> bool | None:
        """Pages of this run have room for over four times as many rows, else earlier runs' for over ten: whole."""
        capacity = self._capacity()
        if capacity is None:
            smallest_cut = self._calls.page_sizes().smallest_cut or 0
            return True if self._count * FAR_BELOW_EARLIER < smallest_cut else None
        return True if self._count * FAR_BELOW < capacity else None

    def has_an_older_row_beside_it(self) -> bool | None:
        """Asked for again, up to three times, the page has an older row, from below the interval, too: whole."""
        for answer in ask_again(self._tied, self._pages):
            self._answers.append(answer)
            page = answer.page
            if page.smallest is None or page.smallest < self._tied.full.moment:
                if page.largest_tie_count > self._count:  # of that timestamp, too, there are more rows than have landed
                    self._pages.record(replace(answer, asked=self._tied.asked), "more", self._tied.span)
                return True
            if answer.page.row_count != self._count:
                return None
        return None

    def varies_in_size(self) -> bool | None:
        """Asked for again, it has another number of rows, as many as fit and not as many as there are: cut off."""
        return False if any(answer.page.row_count != self._count for answer in self._answers) else None

    def has_older_rows_that_stayed_away(self) -> bool | None:
        """There are older rows below the interval, which would have come with it, had there been room: cut off."""
        floor = self._pages.run.floor
        if self._tied.asked.after <= floor:
            return None
        return False if self._pages.ask(floor, self._tied.span.after).page.row_count else None

    def leaves_room(self) -> bool | None:
        """Pages of this run, or else the data set's newest page, have room for more rows: whole."""
        capacity = self._capacity()
        newest = self._pages.newest_seen()
        if capacity is None and newest is not None and newest > self._tied.full.moment:
            capacity = self._newest_page_size(self._pages.data_set)
        return True if capacity is not None and capacity > self._count else None

    def is_as_large_as_pages_get(self) -> bool | None:
        """Pages of this run were cut off, none of them larger: cut off."""
        return None if self._sizes_of_run().smallest_cut is None else False

    def is_larger_than_any_cut_page(self) -> bool | None:
        """No page this large was ever cut off: whole below 100 rows or the largest page, else cut off."""
        ever = self._calls.page_sizes()
        if ever.largest_cut is not None and ever.largest_cut >= self._count:
            return None
        return self._count < max(ever.largest, PLAUSIBLE_CAPACITY)

    def is_smaller_than_the_fullest_data_sets_page(self) -> bool | None:
        """The newest page of the data set with the most rows is larger: whole; it is not: cut off."""
        return self._newest_page_size(DATA_SETS[self._calls.fullest_data_set()]) > self._count

    def _capacity(self) -> int | None:
        """How many rows a page of this run has room for; None where no page of the run tells.

        The data set's own pages come first, as page sizes may differ between data sets.
        """
        name = self._pages.data_set.name
        own = self._calls.page_sizes(self._pages.run.run_id, name)
        if own.smallest_cut is not None or own.largest > self._count:
            return own.capacity
        own_ever = self._calls.page_sizes(data_set=name).smallest_cut
        if own_ever is not None and own_ever <= self._count:
            return None  # other data sets' pages prove nothing against that
        every = self._sizes_of_run()
        return every.capacity if every.smallest_cut is not None or every.largest > self._count else None

    def _sizes_of_run(self) -> PageSizes:
        return self._calls.page_sizes(self._pages.run.run_id)

    def _newest_page_size(self, data_set: DataSet) -> int:
        """How many rows the platform puts on the newest page of a data set today."""
        run = self._pages.run
        newest = self._pages.newest_seen(data_set)
        return self._pages.ask(run.floor, newest or run.started_at, data_set).page.row_count


EVIDENCE: tuple[Callable[[Case], bool | None], ...] = (
    Case.is_far_below_capacity,
    Case.has_an_older_row_beside_it,
    Case.varies_in_size,
    Case.has_older_rows_that_stayed_away,
    Case.leaves_room,
    Case.is_as_large_as_pages_get,
    Case.is_larger_than_any_cut_page,
    Case.is_smaller_than_the_fullest_data_sets_page,
)


def full_timestamp_message(data_set: str, full: FullTimestamp) -> str:
    """What to tell people about a timestamp that fills a page."""
    return (
        f"{data_set}: the {full.row_count:,} rows updated at {iso(full.moment)} fill a whole page, so the API gives no"
        " way to what lies behind them. It stays a gap, and every run tries it again; NovoEd can resolve it with a"
        " larger page or by touching some of those rows."
    )
