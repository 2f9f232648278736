"""The gate: whether what was built is plausible enough to take the place of what is published."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from loader.errors import HeldBack, UsageError
from publisher import comparison, plausibility
from publisher.audit_tables import make_table
from publisher.finding import REASONS, Finding
from publisher.record import differing, read_publications
from publisher.sight import Sight

_CHECKS = (
    plausibility.empty_data_sets,
    plausibility.incomplete_data_sets,
    plausibility.missing_columns,
    plausibility.unreadable_values,
    plausibility.rejected_records,
    plausibility.unmatched_rows,
    comparison.lost_rows,
    comparison.moved_ratios,
    comparison.rewritten_dates,
    comparison.rollbacks,
)
"""One per reason, in their order."""

_LARGER = 1.25
"""An accepted finding is raised again when its share is a quarter larger than when it was accepted."""

TABLE = "gate_findings"
DESCRIPTION = (
    "One row per reason, subject and column: a finding of the gate that was accepted. It is not raised again until its"
    " share is a quarter larger, and is forgotten by the first publication that does not show it."
)
COLUMNS = {
    "reason": ("varchar", "Why nothing was published before it was accepted."),
    "subject": ("varchar", "The data set or mart."),
    "column_name": ("varchar", "The column; NULL where it is not about one."),
    "share": (
        "double",
        "Its share when it was accepted; days for a gap or for data that end early; 1 where there is no share.",
    ),
    "row_count": ("bigint", "Rows, records or gaps that it counted then."),
    "accepted_at": ("timestamp", "When it was accepted (UTC)."),
}


@dataclass(frozen=True)
class Accepted:
    """A finding that was accepted; the columns of audit.gate_findings."""

    reason: str
    subject: str
    column: str | None
    share: float
    row_count: int
    accepted_at: datetime


@dataclass(frozen=True)
class Passed:
    """What went through the gate."""

    reasons: tuple[str, ...]
    """Reasons that were accepted this time, each with a finding."""
    remembered: tuple[Accepted, ...]
    """Findings that are there and were accepted, now or earlier."""


def check_reasons(names: Collection[str]) -> None:
    """Raises UsageError for what is not a reason of the gate."""
    unknown = [name for name in names if name not in REASONS]
    if unknown:
        raise UsageError(f"There is no reason {', '.join(unknown)} to accept; there are {', '.join(REASONS)}")


def judge(sight: Sight, accept: Collection[str]) -> Passed:
    """Lets the build pass or raises HeldBack with every finding that was not accepted, now or earlier."""
    earlier = _remembered(sight)
    now = datetime.now(UTC).replace(tzinfo=None)
    raised: list[Finding] = []
    let_through: dict[str, None] = {}
    remembered: list[Accepted] = []
    for finding in (finding for check in _CHECKS for finding in check(sight)):
        known = earlier.get(finding.key)
        if known and finding.share < _LARGER * known.share:
            remembered.append(known)
        elif finding.reason in accept:
            let_through[finding.reason] = None
            if finding.reason != "rolled_back":
                remembered.append(
                    Accepted(*finding.key, share=finding.share, row_count=finding.row_count, accepted_at=now)
                )
        else:
            raised.append(finding)
    if raised:
        first = _differences(sight)
        reasons = list(dict.fromkeys(finding.reason for finding in raised))
        raise HeldBack([f"{first}{finding.sentence} ({finding.reason})." for finding in raised], reasons)
    return Passed(tuple(let_through), tuple(remembered))


def write_findings(connection: duckdb.DuckDBPyConnection, remembered: Collection[Accepted]) -> None:
    """Makes audit.gate_findings in the current catalog."""
    make_table(connection, TABLE, DESCRIPTION, COLUMNS, "select null as reason where false")
    if remembered:
        connection.executemany(
            f"insert into audit.{TABLE} values (?, ?, ?, ?, ?, ?)",
            [[f.reason, f.subject, f.column, f.share, f.row_count, f.accepted_at] for f in remembered],
        )


def _remembered(sight: Sight) -> dict[tuple[str, str, str | None], Accepted]:
    """What the file published before remembers, by the findings' keys."""
    if not sight.published(f"audit.{TABLE}", *COLUMNS):
        return {}
    rows = sight.rows(f"select {', '.join(COLUMNS)} from {sight.before}.audit.{TABLE}")
    return {
        (reason, subject, column): Accepted(reason, subject, column, *rest) for reason, subject, column, *rest in rows
    }


def _differences(sight: Sight) -> str:
    """What every sentence says first where the published file was computed otherwise."""
    if sight.before is None:
        return ""
    publications = read_publications(sight.connection, sight.before)
    if not publications:
        return "The published file is of an older version, which may be why: "
    found = differing(publications[0], sight.build.project_version, sight.build.vars)
    return f"The published file was computed otherwise ({'; '.join(found)}), which may be why: " if found else ""
