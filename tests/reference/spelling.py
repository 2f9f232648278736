"""The many ways in which a CSV may write a value, and the ways that are none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from reference.casting import ENUMERATIONS
from reference.settings import Settings

BAD_IDS = ("abc", "12.0", "1e3", "--1", "99999999999999999999", "0x1F", "1 2", "1_000", "٣")
BAD_COUNTS = ("9223372036854775808", "12.5", "many", "1,000", "-", "true")
BAD_DECIMALS = ("1e400", "n/a", "nan", "inf", "1,5", "--2", "1e", ".", "1_0", "0x10")
BAD_BOOLEANS = ("maybe", "2", "-1", "ja", "on", "off", "2.0", "1.5", "tru")
BAD_TIMES = (
    "yesterday", "2024-13-01", "2024-02-30", "2023-02-29 10:00", "2024-01-05T24:00:00", "2024-01-05T10:60",
    "2024-1-5", "1718000000", "2024-01-05T10", "2024-01-05T10:00:60", "infinity", "epoch",
    "12/31/2024", "2024-01-05 10:00 CET", "2024-01-05T10:00:00+25:00", "2024-01-05T10:00:00.", "10000-01-01",
    "2024-01-05  10:00", "2024-01-05T10:00:00 UTC+1", "2024-01-05 10:00:00 +2", "now", "0044-03-15 (BC)",
    # Placeholders, with and without a time, early and late
    "0001-01-01", "1900-01-01 00:00:00", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "1970-01-01",
    "1999-12-31T23:59:59Z", "2000-01-01T00:30:00+01:00", "2099-12-31T23:30:00-01:00", "2100-01-01",
    "9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31 00:00:00", "1999-12-31", "2099-12-31",
)  # fmt: skip
ZONES = (
    ("", 0), ("", 0), ("", 0), ("Z", 0), ("z", 0), (" Z", 0), (" UTC", 0), ("utc", 0), ("  UTC", 0), ("\u3000GMT", 0),
    ("+00:00", 0), ("+02:00", 120), ("-0530", -330), ("+02", 120), (" -03:30", -210), ("+14", 840),
)  # fmt: skip
"""Spellings of a zone, and minutes east of UTC."""
INVISIBLE = ("\u00ad", "\u200b", "\u200d", "\u200e", "\u202a", "\u202e", "\u2060", "\u2066", "\u206f", "\ufeff")
BLANKS = (" ", "\t", "\r\n", "\xa0", "\u2003", "\u2028", "\u202f", "\u3000", "\x85")
TRUE = ("true", "TRUE", "t", "T", "1", "1.0", "yes", "Yes", "y", "Y", " true ", "\u3000true\u2003")
FALSE = ("false", "False", "f", "F", "0", "0.0", "no", "NO", "n", "N", "\tfalse", "\u00a00")


class Speller:
    """Random spellings, seldom empty or uncastable ones, from one seed; most moments are near as_of."""

    def __init__(self, seed: int, settings: Settings) -> None:
        self.rng = random.Random(seed)
        self.settings = settings
        self.as_of = settings.as_of

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def odd(self, value: str, bad: Sequence[str] = (), probability: float = 0.04) -> str | None:
        """The value, or seldom nothing, blanks or something uncastable; seldom with white space around it."""
        if self.chance(probability):
            return self.rng.choice([None, None, "", "  ", *(self.rng.sample(bad, min(3, len(bad))))])
        blank = self.rng.choice(BLANKS)
        return (
            self.rng.choice([f"{blank}{value}", f"{value}{blank}", f" {value}{blank}"]) if self.chance(0.05) else value
        )

    def disguise(self, value: str) -> str:
        """A text that is compared, seldom with something invisible or with wider blanks around it or within."""
        if not value or not self.chance(0.08):
            return value
        place = self.rng.randint(0, len(value))
        value = value[:place] + self.rng.choice(INVISIBLE) + value[place:]
        if self.chance(0.3):
            value = value.replace(" ", self.rng.choice([" ", "  ", "\u2003", " \u200b "]))
        return self.rng.choice(["", "", *BLANKS]) + value + self.rng.choice(["", "", *BLANKS])

    def key(self, value: str, probability: float = 0.04) -> str | None:
        """A text key; a whole number as a data frame prints it, too."""
        if value.isdigit() and self.chance(0.1):
            value = f"{value}.0"
        return self.odd(self.disguise(value), (), probability)

    def id(self, value: int, probability: float = 0.03) -> str | None:
        spelling = str(value)
        if value > 0 and self.chance(0.1):
            spelling = self.rng.choice([f"+{value}", f"00{value}"])
        return self.odd(spelling, BAD_IDS, probability)

    def count(self, *values: int | None) -> str | None:
        value = self.rng.choice(values)
        if value is None:
            return None
        return self.odd(self.rng.choice([f"{value}", f"{value}", f"{value}.0"]), BAD_COUNTS)

    def decimal(self, value: Decimal | None, probability: float = 0.04) -> str | None:
        if value is None:
            return None
        spellings = [str(value), str(value), f"{value:.4f}", f"{value:E}", f"{value}e0"]
        if value == value.to_integral_value():
            spellings += [f"{value:.0f}", f"{value:.0f}."]
        elif 0 < value < 1:
            spellings.append(str(value)[1:])
        return self.odd(self.rng.choice(spellings), BAD_DECIMALS, probability)

    def boolean(self, probability: float, missing: float = 0.05) -> str | None:
        spelling = self.rng.choice(TRUE if self.chance(probability) else FALSE)
        return self.odd(self.disguise(spelling), BAD_BOOLEANS, missing)

    def time(self, at: datetime | None, probability: float = 0.05) -> str | None:
        """One of the spellings of a moment."""
        if at is None:
            return None
        if at.time() == datetime.min.time() and self.chance(0.5):
            spellings = ["%Y-%m-%d", "%Y-%m-%d", *(["%d.%m.%Y"] if self.settings.timestamp_formats else [])]
            return self.odd(at.strftime(self.rng.choice(spellings)), BAD_TIMES, probability)
        if self.settings.timestamp_formats and at.second == 0 and at.microsecond == 0 and self.chance(0.3):
            return self.odd(at.strftime("%m/%d/%Y %H:%M"), BAD_TIMES, probability)
        zone, minutes = self.rng.choice(ZONES)
        local = at + timedelta(minutes=minutes)
        clock = f"{local:%H:%M:%S}"
        if at.microsecond:
            clock += f".{local:%f}" + self.rng.choice(["", "999", "5"])
        elif self.chance(0.2):
            clock += self.rng.choice([".0", ".000", ",000", ".0000009"])
        elif at.second == 0 and self.chance(0.3):
            clock = f"{local:%H:%M}"
        text = f"{local.date()}{self.rng.choice('TTt  ')}{clock}{zone}"
        return self.odd(text, BAD_TIMES, probability)

    def enumeration(self, kind: str, probability: float = 0.03, *unknown: str) -> str | None:
        return self.spell(self.rng.choice(ENUMERATIONS[kind]), probability, *unknown)

    def spell(self, known: str, probability: float = 0.03, *unknown: str) -> str | None:
        if unknown and self.chance(probability):
            return self.rng.choice(unknown)
        spelling = self.rng.choice([known, known, known, known.upper(), known.lower(), f" {known} "])
        return self.odd(self.disguise(spelling), (), probability)

    def near(self, anchor: datetime | None) -> datetime:
        """A moment at, just before, just after or around another."""
        step = self.rng.choice(
            [
                timedelta(0),
                timedelta(seconds=1),
                timedelta(microseconds=1),
                timedelta(hours=self.rng.randint(1, 30)),
                timedelta(days=self.rng.randint(1, 90), seconds=self.rng.randint(0, 86_399)),
            ]
        )
        return (anchor or self.as_of) + self.rng.choice([step, -step])

    def moment(self) -> datetime:
        at = self.near(self.as_of)
        if self.chance(0.6):
            at = self.as_of - timedelta(seconds=self.rng.randint(0, 20_000_000))
        return at.replace(hour=0, minute=0, second=0, microsecond=0) if self.chance(0.15) else at

    def past(self) -> datetime:
        """A moment that is over."""
        return min(self.moment(), self.as_of - timedelta(minutes=self.rng.randint(0, 200_000)))

    def any_time(self, missing: float = 0.0) -> str | None:
        return None if self.chance(missing) else self.time(self.moment())

    def title(self, word: str) -> str | None:
        return self.odd(
            self.rng.choice([word, f'{word}, "odd"\nline', f"{word} é 漢", f"{word}'s", f"{word}  \u200d\xa0!"])
        )
