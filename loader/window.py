"""How much time one call asks for: all there is, until wide windows time out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

NARROWEST = timedelta(hours=1)
"""The narrowest window to ask for because wider ones time out."""
WIDEST = timedelta(days=365 * 200)
_CALM = 8
"""Windows answered in a row before one as wide as the last that timed out is tried again."""


@dataclass
class Window:
    """How much time to ask for at once: all of it until a call times out, then half, and wider again by and by."""

    width: timedelta = WIDEST
    ceiling: timedelta | None = None
    """The width that timed out last."""
    calm: int = 0

    def narrow(self, width: timedelta) -> None:
        """A call for that width timed out."""
        self.ceiling, self.width, self.calm = width, max(width / 2, NARROWEST), 0

    def widen(self) -> None:
        """A call was answered."""
        self.calm += 1
        if self.ceiling is not None and self.calm > _CALM:
            self.ceiling, self.calm = min(self.ceiling * 2, WIDEST), 0
        self.width = min(self.width * 2, WIDEST if self.ceiling is None else max(self.ceiling / 2, NARROWEST))
