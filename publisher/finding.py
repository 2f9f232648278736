"""What the gate finds, and from which figure on it counts."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.build_record import BuildRecord

REASONS = (
    "empty_data_set",
    "incomplete_data_set",
    "missing_column",
    "unreadable_values",
    "rejected_records",
    "unmatched_rows",
    "lost_rows",
    "moved_ratio",
    "rewritten_dates",
    "rolled_back",
)
"""In the order in which findings are told."""

_EXAMPLE = 40
"""Characters of an example."""


@dataclass(frozen=True)
class Finding:
    """Something for which nothing is published unless it is accepted."""

    reason: str
    subject: str
    """The data set or mart."""
    column: str | None
    share: float
    """Of what it counts; the days of a gap or of stale data; 1 where there is no share."""
    row_count: int
    sentence: str
    """What was found, with figures, an example and what to do; without a full stop."""

    @property
    def key(self) -> tuple[str, str, str | None]:
        """By which it is remembered."""
        return (self.reason, self.subject, self.column)


def limit(build: BuildRecord, name: str) -> float:
    """The var `gate_<name>` of the build."""
    value = build.vars[f"gate_{name}"]
    assert isinstance(value, int | float)  # macros/check_vars.sql takes nothing else
    return value


def exceeds(build: BuildRecord, count: int, total: int, largest: str) -> bool:
    """Whether `count` of `total` are too many: a larger share than the var `gate_<largest>`, and not just a few."""
    if not count:
        return False
    share = count / total
    return share > limit(build, largest) and (count >= limit(build, "min_count") or (count >= 3 and share > 0.5))


def told(build: BuildRecord, count: int, total: int, largest: str) -> str:
    """`120 of 1,300 (9.2%; at most 5%)`."""
    return f"{count:,} of {total:,} ({percent(count / total)}; at most {percent(limit(build, largest))})"


def percent(share: float) -> str:
    """A share for people."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + "%"


def short(value: str) -> str:
    """An example on one line: what is not printable could steer a terminal."""
    plain = "".join(character if character.isprintable() else " " for character in value)
    return plain if len(plain) <= _EXAMPLE else f"{plain[:_EXAMPLE]}…"
