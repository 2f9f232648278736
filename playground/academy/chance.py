"""Chance that depends on the seed and on who or what is asked about, never on order, batch or thread.

Not drawn from polars' own `hash`, which may give other numbers in another version of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import polars as pl

DAY = 86_400
"""Seconds in a day. All simulated times are whole seconds since 1970 in UTC."""


def _word(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


@dataclass(frozen=True)
class Chance:
    """Expressions that draw numbers: same seed, key and purpose, same number, whatever else is computed."""

    seed: int

    def uniform(self, key: str, purpose: str) -> pl.Expr:
        """A number in [0, 1) per value of the UInt64 column `key`, independent between purposes."""
        salt = int.from_bytes(blake2b(f"{self.seed}/{purpose}".encode(), digest_size=8).digest(), "big")
        # A multiply-xorshift mixer; UInt64 products wrap, and a floor division by 2^32 is a shift.
        mixed = (pl.col(key) ^ _word(salt)) * _word(0x9E3779B97F4A7C15)
        for _ in range(2):
            mixed = (mixed ^ (mixed // _word(1 << 32))) * _word(0xD6E8FEB86659FD93)
        return (mixed // _word(1 << 11)).cast(pl.Float64) / float(1 << 53)

    def bell(self, key: str, purpose: str) -> pl.Expr:
        """A logistic number with mean 0 and standard deviation 1."""
        draw = self.uniform(key, purpose).clip(1e-9, 1 - 1e-9)
        return (draw / (1 - draw)).log() * (math.sqrt(3) / math.pi)

    def waiting(self, key: str, purpose: str) -> pl.Expr:
        """An exponential waiting time with mean 1."""
        return -(1 - self.uniform(key, purpose)).log()

    def index(self, key: str, purpose: str, size: int | pl.Expr) -> pl.Expr:
        """A whole number from 0 to size - 1."""
        return (self.uniform(key, purpose) * size).floor().cast(pl.Int64)

    def choice(self, key: str, purpose: str, texts: Sequence[str | None]) -> pl.Expr:
        """One of the texts."""
        return pick(self.index(key, purpose, len(texts)), texts)

    def working_time(self, time: pl.Expr, key: str, purpose: str) -> pl.Expr:
        """Another time on the same day, or mostly the Monday after a weekend: mornings, afternoons, some evenings."""
        day = time.floor().cast(pl.Int64) // DAY
        weekday = (day + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
        is_moved = (weekday >= 5) & (self.uniform(key, f"{purpose} weekend") < 0.8)
        share = self.uniform(key, f"{purpose} hour")
        part = self.uniform(key, f"{purpose} part of day")
        hour = (
            pl.when(part < 0.45)
            .then(7.5 + 4.5 * share)
            .when(part < 0.87)
            .then(12.8 + 5.2 * share)
            .otherwise(18.5 + 4.5 * share)
        )
        moved_day = pl.when(is_moved).then(day + 7 - weekday).otherwise(day)
        return moved_day * DAY + (hour * 3600).floor().cast(pl.Int64)


def pick(position: pl.Expr, values: Sequence[str | None]) -> pl.Expr:
    """The text at each position."""
    return position.replace_strict(list(range(len(values))), list(values), return_dtype=pl.String)


def likelihood(log_odds: pl.Expr) -> pl.Expr:
    """The probability for these log odds."""
    return 1 / (1 + (-log_odds).exp())
