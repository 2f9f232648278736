"""One call to the API, to see whether it is there and lets us in; nothing lands."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loader.api.access import access_to
from loader.api.budget import LIMITS, Budget
from loader.api.client import Client, open_http
from loader.catalog import DATA_SETS
from loader.errors import CallRefused
from loader.extract.ledger import open_ledger
from loader.intervals import Interval
from loader.settings import Settings

_DATA_SET = "user_org_roles"
"""The smallest."""
_SPAN = timedelta(minutes=1)


def try_api(settings: Settings) -> None:
    """Asks once for the last minute of a small data set; it counts against the rate limits.

    Raises LoaderError saying what is wrong, UsageError where the settings are.
    """
    needed = settings.needed_credentials()
    now = datetime.now(UTC)
    settings.landing.mkdir(parents=True, exist_ok=True)
    with (
        open_ledger(settings.landing) as ledger,
        open_http(needed.url) as http,
        tempfile.TemporaryDirectory() as folder,
    ):
        budget = Budget(ledger.store, needed.key, sleep=_give_up, say=lambda _: None, limits=LIMITS)
        client = Client(http, needed.url, access_to(http, settings, needed), budget, sleep=_give_up, attempts=1)
        client.fetch(DATA_SETS[_DATA_SET], Interval(now - _SPAN, now), Path(folder, "page.gz"), can_narrow=False)


def _give_up(seconds: float) -> None:
    raise CallRefused(
        f"It was not asked: the calls that the platform allows are used up for {seconds:,.0f} s more. Try again then."
    )
