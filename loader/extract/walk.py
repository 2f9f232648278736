"""The walk through one data set: from the newest moment of an interval back to its oldest, page by page.

Pages come newest first and end anywhere, also inside a group of rows that share a timestamp, so each page starts where
the smallest printed timestamp of the page before it may end, and the walk is over when nothing is left below. What a
page proves is recorded at once. Nothing is concluded from a page's size, with one exception that the platform forces:
a page that bears one timestamp only (`loader.extract.tied_pages`).
"""

from __future__ import annotations

from datetime import datetime

from loader.api.answer import Answer
from loader.catalog import DataSet
from loader.extract.pages import Pages, Run
from loader.extract.tied_pages import Case, TiedPage, get_behind, is_whole
from loader.intervals import Interval


class Walk:
    """One data set in one run."""

    def __init__(self, run: Run, data_set: DataSet) -> None:
        self.pages = Pages(run, data_set)
        self._ledger = run.ledger
        self._undecided: list[TiedPage] = []
        """Pages of one timestamp, to be decided when the run has seen more pages."""

    def cover(self, interval: Interval) -> None:
        """Fetches the interval, newest first; stops at a timestamp that fills a page, which then is on record.

        Raises CallFailed, CallRefused, AccessRefused or Stopped; what was fetched by then is landed and on record.
        """
        cursor: datetime | None = interval.until
        newer: tuple[Answer, int] | None = None  # the page before this one, and its call on record
        tied: TiedPage | None = None  # the same where it bears one timestamp only
        while cursor is not None and cursor > interval.after:
            answer = self.pages.ask(interval.after, cursor)
            if newer is not None and _is_cut_off(newer[0], answer):
                self._ledger.calls.mark_cut(newer[1])
            if tied is not None and tied.has_behind(answer):
                cursor = self._get_behind(tied, answer)
                newer = tied = None
                continue
            if tied is not None:
                self._settle(tied)
                tied = None
            page = answer.page
            if page.smallest is None or page.reach is None:
                call_id = self.pages.record(answer, "empty", answer.asked)
                cursor = answer.asked.after
            elif page.reach < cursor:
                reach = max(page.reach, answer.asked.after)
                call_id = self.pages.record(answer, "more", Interval(reach, cursor))
                cursor = reach
            else:
                call_id = self.pages.record(answer, "one_timestamp", None)
                tied = TiedPage.of(answer, call_id)
                cursor = tied.span.after
            newer = answer, call_id
        if tied is not None:
            self._settle(tied)

    def judge(self) -> None:
        """Decides the pages of one timestamp that were left open, by the sizes of all pages of the run."""
        while self._undecided:
            tied = self._undecided.pop(0)
            if is_whole(Case(tied, self.pages)):
                self.pages.cover(tied.span)
            else:
                self._fail(tied)

    def _settle(self, tied: TiedPage) -> None:
        """The walk came to its end below the page: covers it if it is small enough, else leaves it open."""
        if Case(tied, self.pages).is_far_below_capacity():
            self.pages.cover(tied.span)
        else:
            self._undecided.append(tied)

    def _get_behind(self, tied: TiedPage, answer: Answer) -> datetime | None:
        """`answer` proves the page cut off: where the walk goes on behind its timestamp, or None where it cannot."""
        self._ledger.calls.mark_cut(tied.call_id)
        self.pages.record_only(answer, "behind_full_timestamp")
        reach = get_behind(tied, self.pages)
        if reach is None:
            self._fail(tied)
        return reach

    def _fail(self, tied: TiedPage) -> None:
        name = self.pages.data_set.name
        self._ledger.uncover(name, tied.span)
        self._ledger.add_full_timestamp(name, tied.full)


def _is_cut_off(page: Answer, below: Answer) -> bool:
    """Whether the next page, asked from this one's smallest timestamp on, has more of this one's interval."""
    smallest, next_smallest = page.page.smallest, below.page.smallest
    if smallest is None or next_smallest is None:
        return False
    has_more_ties = next_smallest == smallest and below.page.tie_count > page.page.tie_count
    return has_more_ties or page.asked.after <= next_smallest < smallest
