"""How much time one call asks for: all there is, until wide windows time out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

NARROWEST = timedelta(hours=1)
"""The narrowest window to ask for because wider ones time out."""
WIDEST = timedelta(days=365 * 200)
_MOST_NEEDED = 8
"""Most windows that must be answered in a row before wider ones are tried again."""


@dataclass
class Window:
    """How much time to ask for at once: all of it until a call times out, then half, and wider again by and by.

    A passing disturbance times out whatever the width, so wider windows are tried again soon; where the same width
    times out again, later and later.
    """

    width: timedelta = WIDEST
    ceiling: timedelta | None = None
    """The width that timed out last, until wider windows are tried again."""
    answered_in_a_row: int = 0
    needed_in_a_row: int = 2
    """Windows to be answered in a row before that."""
    _timed_out: timedelta = WIDEST
    """The width that timed out last, ever."""

    def narrow(self, width: timedelta) -> None:
        """A call for that width timed out."""
        if self.ceiling is None and width >= self._timed_out:
            self.needed_in_a_row = min(self.needed_in_a_row * 2, _MOST_NEEDED)
        self.ceiling = self._timed_out = width
        self.width, self.answered_in_a_row = max(width / 2, NARROWEST), 0

    def widen(self) -> None:
        """A call was answered."""
        self.answered_in_a_row += 1
        if self.answered_in_a_row > self.needed_in_a_row:
            self.ceiling = None
        self.width = min(self.width * 2, WIDEST if self.ceiling is None else max(self.ceiling / 2, NARROWEST))
