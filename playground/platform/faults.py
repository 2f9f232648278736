"""How the stand-in misbehaves: each fault with the share of calls that it strikes, drawn from a seed."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field, fields

from loader.errors import UsageError


@dataclass
class Faults:
    """Shares of calls, 0 to 1, and a few amounts. All of them off by default."""

    storm: float = 0.0
    """Begins a storm: this call and the next `storm_length - 1` are answered with 503."""
    throttle: float = 0.0
    """429 with Retry-After: 0."""
    error: float = 0.0
    """500."""
    timeout: float = 0.0
    """504."""
    reset: float = 0.0
    """The connection is dropped without an answer."""
    cut: float = 0.0
    """The body breaks off: short of its length, of its last chunk, inside a record, or inside its gzip packing."""
    slow: float = 0.0
    """The answer comes after `slow_seconds`."""
    html: float = 0.0
    """An HTML page with status 200."""
    json: float = 0.0
    """A JSON object with status 200."""
    moves: float = 0.0
    """Before answering, some row of the data set is updated and so jumps to the newest end."""
    storm_length: float = 3
    slow_seconds: float = 5
    wide_days: float = 0
    """Every call for a wider interval is answered with 504; 0 is off."""
    late_calls: float = 0
    """One row in five of each data set's newest cadence becomes visible only after this many calls of it; 0 is off."""
    seed: int = 0
    _random: random.Random = field(init=False, repr=False)
    _storm_left: int = field(default=0, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def draw(self) -> str:
        """The fault that strikes this call; "" for none."""
        with self._lock:
            if self._storm_left > 0:
                self._storm_left -= 1
                return "storm"
            dice = self._random.random()
            for name in ("storm", "throttle", "error", "timeout", "reset", "cut", "slow", "html", "json"):
                dice -= getattr(self, name)
                if dice < 0:
                    if name == "storm":
                        self._storm_left = int(self.storm_length) - 1
                    return name
        return ""

    def strikes(self, share: float) -> bool:
        """Whether something with that share happens now."""
        with self._lock:
            return self._random.random() < share

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        with self._lock:
            return self._random.randrange(count)


def parse_faults(settings: list[str], seed: int) -> Faults:
    """Faults from `name=amount`. Raises UsageError for an unknown name or an amount that is not a number."""
    names = [item.name for item in fields(Faults) if item.init and item.name != "seed"]
    amounts: dict[str, float] = {}
    for setting in settings:
        name, _, amount = setting.partition("=")
        if name not in names:
            raise UsageError(f"--fault takes NAME=AMOUNT; the names are {', '.join(names)}.")
        try:
            amounts[name] = float(amount)
        except ValueError:
            raise UsageError(f"--fault {name} takes a number, such as {name}=0.1.") from None
    return Faults(**amounts, seed=seed)
