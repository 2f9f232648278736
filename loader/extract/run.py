"""One run of `extract`: one at a time per landing folder, all data sets at once within one budget, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from loader.api.access import Access, BasicAccess, OAuthAccess, check_env_file, check_settings
from loader.api.budget import HOUR, LIMITS, Budget, Stop, Stopped
from loader.api.client import ATTEMPTS, TIMEOUT, Client, open_http
from loader.catalog import DataSet
from loader.disk import locked
from loader.errors import AccessRefused, CallFailed, ExtractIncomplete, LoaderError
from loader.extract.entries import Call
from loader.extract.ledger import Ledger, open_ledger
from loader.extract.plan import Order, wanted
from loader.extract.walk import Run, Walk, full_timestamp_message
from loader.intervals import Interval
from loader.settings import Settings

LOCK_NAME = ".extract.lock"
THREADS = 5
"""Data sets under way at once; the platform's limits are per key, so more would only wait."""


@dataclass
class Outcome:
    """How a run ended, by data set."""

    row_counts: dict[str, int] = field(default_factory=dict)
    """Rows received; ties and overlaps count twice."""
    call_counts: dict[str, int] = field(default_factory=dict)
    """Answered calls."""
    failures: list[str] = field(default_factory=list)
    """Messages, each beginning with its data set."""


class Progress:
    """What a run tells while it works; the command line shows it, tests and scripts may ignore it."""

    def say(self, text: str) -> None:
        """A line of its own."""

    def page(self, data_set: str, asked: Interval, rows: int, total: int, calls_left: int) -> None:
        """A page came: its rows, the data set's rows so far, calls left in the hour."""

    def done(self, data_set: str, total: int, calls: int) -> None:
        """A data set's walk ended."""


@dataclass(frozen=True)
class Tuning:
    """What tests replace."""

    limits: Mapping[int, int] = field(default_factory=lambda: dict(LIMITS))
    timeout: httpx.Timeout = field(default_factory=lambda: TIMEOUT)
    sleep: Callable[[float], None] | None = None
    """Instead of waiting."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = time.time


def extract(settings: Settings, order: Order, progress: Progress, tuning: Tuning | None = None) -> Outcome:
    """Fetches everything that is missing into the landing folder.

    Raises UsageError before anything is touched, AccessRefused, AlreadyRunning; data sets that failed are in the
    outcome. What was fetched before any exception is landed and on record.
    """
    url, key, secret = check_settings(settings)
    check_env_file()
    tuning = tuning or Tuning()
    landing = settings.landing
    stop = Stop()
    sleep = tuning.sleep or stop.sleep
    try:
        landing.mkdir(parents=True, exist_ok=True)
        with (
            locked(landing / LOCK_NAME, f"Another extract is at work on {landing}"),
            open_ledger(landing) as ledger,
            open_http(url, tuning.timeout) as http,
        ):
            _clear_parts(landing)
            access: Access = BasicAccess(key, secret)
            if settings.auth == "oauth":
                access = OAuthAccess(http, settings.oauth_url, key, secret)
            key_id = ledger.key_id(key.get_secret_value())
            budget = Budget(ledger, key_id, sleep, progress.say, tuning.limits, tuning.clock)
            started_at = tuning.now()
            run_id = started_at.strftime("%Y%m%dT%H%M%S.%fZ")

            def failed(data_set: DataSet, asked: Interval, requested_at: datetime, error: CallFailed) -> None:
                ledger.record(run_id, Call(data_set.name, requested_at, asked, f"failed: {error}"))

            def page(data_set: str, asked: Interval, rows: int, total: int) -> None:
                progress.page(data_set, asked, rows, total, budget.left(HOUR) if HOUR in tuning.limits else 0)

            client = Client(http, url, access, budget, sleep, on_failure=failed)
            run = Run(run_id, started_at, order.floor, landing, client, ledger, stop, page)
            return _walk_all(run, order, progress, http)
    except OSError as error:
        raise LoaderError(f"The landing folder {landing} cannot be written: {error.strerror or error}.") from error


def _walk_all(run: Run, order: Order, progress: Progress, http: httpx.Client) -> Outcome:
    walks = {data_set.name: Walk(run, data_set) for data_set in order.data_sets}
    wants = {data_set.name: wanted(order, data_set, run.ledger) for data_set in order.data_sets}
    outcome = Outcome()
    failures: dict[str, str] = {}
    for name, intervals in wants.items():
        for interval in intervals:
            run.ledger.want(name, interval)

    def walk(name: str) -> None:
        for interval in wants[name]:
            walks[name].cover(interval)
        progress.done(name, walks[name].row_count, walks[name].call_count)

    _in_threads(run.stop, http, walk, list(walks), failures)
    # Only now has the run seen every page size that it will see.
    _in_threads(run.stop, http, lambda name: walks[name].judge(), [n for n in walks if n not in failures], failures)
    for name, walked in walks.items():
        outcome.row_counts[name], outcome.call_counts[name] = walked.row_count, walked.call_count
        if name in failures:
            outcome.failures.append(failures[name])
        outcome.failures += _full_timestamps(run.ledger, name)
    _clear_parts(run.landing)
    return outcome


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
                raise ExtractIncomplete(
                    "Interrupted. What was fetched is landed and on record; the next run goes on from there."
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


def _clear_parts(landing: Path) -> None:
    """Pages that a killed run left unfinished."""
    for part in landing.glob("*/api/.page.part"):
        part.unlink(missing_ok=True)
