"""One run of `extract`: one at a time per landing folder, all data sets at once within one budget, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from loader.api.access import access_to
from loader.api.budget import HOUR, LIMITS, Budget
from loader.api.client import ATTEMPTS, Client, open_http
from loader.catalog import DataSet
from loader.disk import locked
from loader.errors import AccessRefused, CallFailed, LoaderError, Stopped
from loader.extract.calls import Call
from loader.extract.ledger import Ledger, open_ledger
from loader.extract.pages import Run, clear_parts
from loader.extract.plan import Plan
from loader.extract.stop import Stop
from loader.extract.tied_pages import full_timestamp_message
from loader.extract.walk import Walk
from loader.intervals import Interval
from loader.settings import Settings

LOCK_NAME = ".extract.lock"
THREADS = 5
"""Data sets under way at once; the platform's limits are per key, so more would only wait."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    row_counts: dict[str, int]
    """Rows received by data set; ties and overlaps count twice."""
    call_counts: dict[str, int]
    """Answered calls by data set."""
    failures: list[str]
    """Messages, each beginning with its data sets."""


class Listener:
    """Is told what a run does while it works. This one keeps it to itself; the command line has one that shows it."""

    def say(self, text: str) -> None:
        """A line of its own."""

    def page(self, data_set: str, asked: Interval, rows: int, total: int, calls_left: int) -> None:
        """A page came: its rows, the data set's rows so far, calls left in the hour."""

    def done(self, data_set: str, total: int, calls: int) -> None:
        """A data set's walk ended."""


def extract(
    settings: Settings,
    plan: Plan,
    listener: Listener,
    *,
    limits: Mapping[int, int] = LIMITS,
    sleep: Callable[[float], None] | None = None,
    clock: Callable[[], float] = time.time,
) -> Outcome:
    """Fetches what the plan asks for into the landing folder; `sleep` instead of waiting, `clock` in Unix time.

    Raises UsageError before anything is touched, AccessRefused, AlreadyRunning; data sets that failed are in the
    outcome. What was fetched before any exception is landed and on record.
    """
    needed = settings.needed_credentials()
    landing = settings.landing
    stop = Stop()
    sleep = sleep or stop.sleep
    started_at = datetime.now(UTC)
    run_id = started_at.strftime("%Y%m%dT%H%M%S.%fZ")
    try:
        landing.mkdir(parents=True, exist_ok=True)
        with (
            locked(landing / LOCK_NAME, f"Another extract is at work on {landing}"),
            open_ledger(landing) as ledger,
            open_http(needed.url) as http,
        ):
            clear_parts(landing)
            access = access_to(http, settings, needed)
            budget = Budget(ledger.store, needed.key, sleep=sleep, say=listener.say, limits=limits, now=clock)

            def failed(data_set: DataSet, asked: Interval, requested_at: datetime, error: CallFailed) -> None:
                ledger.calls.add(run_id, Call(data_set.name, requested_at, asked, f"failed: {error}"))

            def page(data_set: str, asked: Interval, rows: int, total: int) -> None:
                listener.page(data_set, asked, rows, total, budget.left(HOUR) or 0)

            run = Run(
                run_id=run_id,
                started_at=started_at,
                floor=plan.order.floor,
                landing=landing,
                client=Client(http, needed.url, access, budget, sleep=sleep, on_failure=failed),
                ledger=ledger,
                stop=stop,
                on_page=page,
            )
            try:
                return _walk_all(run, plan, listener, http)
            finally:
                clear_parts(landing)
    except OSError as error:
        raise LoaderError(
            f"The landing folder {landing} cannot be written: {error.strerror or error}. Check who owns it, and the"
            " space left."
        ) from error


def _walk_all(run: Run, plan: Plan, listener: Listener, http: httpx.Client) -> Outcome:
    walks = {data_set.name: Walk(run, data_set) for data_set in plan.order.data_sets}
    failures: dict[str, str] = {}
    for name, intervals in plan.wanted.items():
        for interval in intervals:
            run.ledger.ask_for(name, interval)

    def cover(name: str) -> None:
        for interval in plan.wanted[name]:
            walks[name].cover(interval)
        listener.done(name, walks[name].pages.row_count, walks[name].pages.call_count)

    _in_threads(run.stop, http, cover, list(walks), failures)
    # Only now has the run seen every page size that it will see.
    _in_threads(run.stop, http, lambda name: walks[name].judge(), [n for n in walks if n not in failures], failures)
    full = [message for name in walks for message in _full_timestamps(run.ledger, name)]
    return Outcome(
        row_counts={name: walk.pages.row_count for name, walk in walks.items()},
        call_counts={name: walk.pages.call_count for name, walk in walks.items()},
        failures=_once({name: failures[name] for name in walks if name in failures}) + full,
    )


def _once(failures: dict[str, str]) -> list[str]:
    """Each reason once, with all data sets that failed for it in front."""
    names: dict[str, list[str]] = {}
    for name, reason in failures.items():
        names.setdefault(reason.removeprefix(f"{name}: "), []).append(name)
    return [f"{', '.join(failed)}: {reason}" for reason, failed in names.items()]


def _in_threads(
    stop: Stop, http: httpx.Client, work: Callable[[str], None], names: list[str], failures: dict[str, str]
) -> None:
    """Does the work for each data set; failures go by data set, but AccessRefused and bugs end the run."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="extract") as pool:
        pending: dict[Future[None], str] = {pool.submit(work, name): name for name in names}
        try:
            while pending:
                done, _ = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in done:
                    name = pending.pop(future)
                    try:
                        future.result()
                    except AccessRefused:
                        raise
                    except Stopped:
                        continue
                    except CallFailed as error:
                        failures[name] = (
                            f"{error} It was tried {ATTEMPTS} times. What was fetched before stays; run extract again"
                            " later, it goes on from there."
                        )
                    except LoaderError as error:
                        failures[name] = str(error)
        except BaseException as error:
            stop.set()
            for future in pending:
                future.cancel()
            http.close()  # lets go of answers that are still coming
            if isinstance(error, KeyboardInterrupt):
                raise KeyboardInterrupt(
                    "What was fetched is landed and on record; the next run goes on from there."
                ) from None
            raise


def _full_timestamps(ledger: Ledger, name: str) -> Iterator[str]:
    """Messages for those still unresolved; takes off the record what has been fetched after all."""
    covered = ledger.covered(name)
    for full in ledger.full_timestamps(name):
        if any(interval.after < full.moment <= interval.until for interval in covered):
            ledger.drop_full_timestamp(name, full)
        else:
            yield full_timestamp_message(name, full)
