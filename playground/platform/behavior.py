"""How the stand-in behaves when all is well: page sizes, rate limits, logins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loader.api.budget import LIMITS

KEY, SECRET = "stand-in-key", "stand-in-secret"


@dataclass(frozen=True)
class Behavior:
    """How the stand-in behaves when all is well."""

    page_cap: int = 20_000
    """Most rows on a page."""
    smallest_share: float = 1.0
    """Page sizes vary between this share of the cap and the cap."""
    limits: Mapping[int, int] | None = field(default_factory=lambda: dict(LIMITS))
    """Calls by span in seconds; more are answered with 503. None: no limits."""
    key: str = KEY
    secret: str = SECRET
    token_seconds: int = 3_600
    """How long a token lives."""
    status: int = 200
    """Another status, such as 403, for every data call."""
