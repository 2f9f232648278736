"""The command `serve`: a landing folder, the settings to export, and a server until Ctrl+C."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from loader.catalog import DATA_SETS
from loader.errors import LoaderError, UsageError
from playground.platform.behavior import Behavior
from playground.platform.faults import Faults
from playground.platform.server import StandIn
from playground.platform.shelf import Quirks, Shelf, shelf_of_landing

PLACES = (
    "export NOVOED_LANDING=data/stand-in/landing NOVOED_DATABASE=data/stand-in/novoed.duckdb"
    " NOVOED_PUBLISHED=data/stand-in/published/novoed.duckdb"
)
"""Where what is fetched from the stand-in goes: apart from people's own files and from the sample that `make` makes."""


def serve(
    landing: Path, port: int, behavior: Behavior, faults: Faults, quirks: Quirks, say: Callable[[str], None]
) -> None:
    """Serves until interrupted. Raises UsageError if there is no such folder, LoaderError if the port is taken."""
    if not landing.is_dir():
        raise UsageError(f"--from {landing} is not a folder. Make one with: novoed sample --out {landing}")
    say(f"Reading {landing} …")
    with shelf_of_landing(landing, quirks) as shelf:
        try:
            stand_in = StandIn(shelf, behavior, faults, port)
        except OSError as error:
            raise LoaderError(f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}. Try --port 0.") from None
        with stand_in:
            try:
                say("\n".join(settings(stand_in, shelf)))
                stand_in.wait()
            except KeyboardInterrupt:
                say("Stopped.")


def settings(stand_in: StandIn, shelf: Shelf) -> list[str]:
    """What is served and what to paste into another terminal, in lines."""
    lines = [f"# {name}: {shelf.count(name):,} records" for name in DATA_SETS]
    lines += [
        f"# {name}: {count:,} records without a readable updated timestamp are not served"
        for name, count in shelf.unreadable.items()
        if count
    ]
    return [
        *lines,
        "# In another terminal; for the other login add: export NOVOED_AUTH=oauth",
        f"export NOVOED_API_URL='{stand_in.url}'",
        f"export NOVOED_OAUTH_URL='{stand_in.oauth_url}'",
        f"export NOVOED_API_KEY='{stand_in.behavior.key}'",
        f"export NOVOED_API_SECRET='{stand_in.behavior.secret}'",
        f"# To keep it apart from what `make` made: {PLACES}",
        "# Ctrl+C ends it.",
    ]
