"""The command `serve`: a landing folder, the settings to export, and a server until Ctrl+C."""

from __future__ import annotations

from pathlib import Path

from loader.catalog import DATA_SETS
from loader.errors import LoaderError, UsageError
from playground.platform.behavior import Behavior
from playground.platform.faults import Faults
from playground.platform.server import StandIn
from playground.platform.shelf import Quirks, Shelf, shelf_of_landing


def serve(landing: Path, port: int, behavior: Behavior, faults: Faults, quirks: Quirks) -> None:
    """Serves until interrupted. Raises UsageError if there is no such folder, LoaderError if the port is taken."""
    if not landing.is_dir():
        raise UsageError(f"--from {landing}: no such folder. Make one with: python -m novoed sample --out {landing}")
    print(f"Reading {landing} …", flush=True)
    with shelf_of_landing(landing, quirks) as shelf:
        try:
            stand_in = StandIn(shelf, behavior, faults, port)
        except OSError as error:
            raise LoaderError(f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}. Try --port 0.") from None
        with stand_in:
            try:
                print("\n".join(settings(stand_in, shelf)), flush=True)
                stand_in.wait()
            except KeyboardInterrupt:
                print("Stopped.")


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
        "# Ctrl+C ends it.",
    ]
