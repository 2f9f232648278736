"""What the tests that extract share: small institutions, a stand-in that serves them, and what has landed."""

from __future__ import annotations

import csv
import gzip
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loader.catalog import DATA_SETS
from loader.extract.plan import make_plan, read_order
from loader.extract.run import Listener, Outcome, extract
from loader.settings import Settings
from playground.platform.behavior import KEY, SECRET, Behavior
from playground.platform.faults import Faults
from playground.platform.server import StandIn
from playground.platform.shelf import Quirks, Table, shelf_of_tables

START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
NO_LIMITS = {3600: 10**9}


def stamp(moment: datetime) -> str:
    """As the platform prints it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def table(data_set: str, moments: list[datetime]) -> Table:
    """One record per moment, all columns filled, ids counting up."""
    known = DATA_SETS[data_set]
    rows = [
        [stamp(moment) if column == known.updated_column else f"{n}" for column in known.columns]
        for n, moment in enumerate(moments)
    ]
    return known.columns, rows


def every(step: timedelta, count: int, start: datetime = START) -> list[datetime]:
    """`count` moments, a step apart."""
    return [start + n * step for n in range(count)]


@contextmanager
def platform(
    tables: Mapping[str, Table], behavior: Behavior, faults: Faults | None = None, quirks: Quirks | None = None
) -> Iterator[StandIn]:
    """A running stand-in that serves the tables."""
    with shelf_of_tables(tables, quirks) as shelf, StandIn(shelf, behavior, faults) as stand_in:
        yield stand_in


def settings_for(stand_in: StandIn, landing: Path, **more: object) -> Settings:
    """What a user would set."""
    values = {"api_url": stand_in.url, "oauth_url": stand_in.oauth_url, "api_key": KEY, "api_secret": SECRET}
    return Settings.model_validate({**values, "landing": landing, **more})


def run(
    stand_in: StandIn,
    landing: Path,
    *data_sets: str,
    since: str | None = None,
    until: str | None = None,
    listener: Listener | None = None,
    limits: Mapping[int, int] = NO_LIMITS,
    sleep: Callable[[float], None] = lambda _: None,
    clock: Callable[[], float] = time.time,
    **more: object,
) -> Outcome:
    """One extract that does not wait between tries and knows no limits."""
    settings = settings_for(stand_in, landing, **more)
    plan = make_plan(landing, read_order(settings, data_sets, since, until, datetime.now(UTC)))
    return extract(settings, plan, listener or Listener(), limits=limits, sleep=sleep, clock=clock)


def landed(landing: Path, data_set: str) -> list[tuple[str, ...]]:
    """Every row of every file that has its final name, in the order of the file names."""
    rows: list[tuple[str, ...]] = []
    for file in sorted((landing / data_set).rglob("*.csv.gz")):
        if not file.name.startswith("."):
            with gzip.open(file, "rt", newline="") as text:
                rows += map(tuple, list(csv.reader(text))[1:])
    return rows


def held(stand_in: StandIn, data_set: str) -> set[tuple[str, ...]]:
    """Every row that the stand-in holds now."""
    return {tuple(row) for row in csv.reader(stand_in.shelf.records(data_set))}
