"""The two years that the sample covers, in whole seconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def at(text: str) -> int:
    """Seconds of an ISO date or timestamp, UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


START = at("2024-09-01")
END = at("2026-10-31T23:59:59")
"""Nothing happens after this; courses that still run then are unfinished."""
