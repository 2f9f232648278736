"""How a run ends before its work is done: one word to all of its threads."""

from __future__ import annotations

import threading

from loader.errors import Stopped


class Stop:
    """Ends all waiting and calling of a run, from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Tells everybody to end."""
        self._event.set()

    def check(self) -> None:
        """Raises Stopped once the run is ending."""
        if self._event.is_set():
            raise Stopped("The run was ended.")

    def sleep(self, seconds: float) -> None:
        """Waits; raises Stopped as soon as the run is ending."""
        self._event.wait(seconds)
        self.check()
