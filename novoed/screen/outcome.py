"""What a load and a build came to, on one screen: the worst first, the headline last."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import duckdb

from loader.warehouse.database import literal, open_database
from novoed.dbt import Metric, Warned
from novoed.screen.console import console, counted, say
from novoed.screen.headline import read_headline, show_headline
from publisher.build_record import read_build_record
from publisher.finding import short

_FILES = 10
"""Files named again; a spoiled folder can hold thousands."""
_VALUES = 3
"""Columns with unreadable values that are shown with an example."""

AUDITS = {
    "raw._rejects": ("rejected records", "count(*)"),
    "audit.extraction_coverage": ("intervals of the API still missing", "count(*) filter (where kind = 'gap')"),
    "audit.changed_identities": ("records that name another person or course than before", "count(*)"),
    "audit.unknown_enumeration_values": ("rows with an unknown status, type or role", "sum(row_count)"),
    "audit.repeated_enrollments": ("people enrolled more than once in a course", "count(*)"),
    "audit.duplicate_people": ("emails or external ids that several people share", "count(*)"),
    "audit.date_conflicts": ("conflicting dates", "count(*)"),
}
"""Per table, worst first: what is in it, and how to count that."""


def show_unloaded(lines: Sequence[str]) -> None:
    """Once more, as they have scrolled away: the files that were refused or left unread, each with its reason."""
    for line in lines[:_FILES]:
        say(f"  {line}")
    if len(lines) > _FILES:
        say(f"  and {counted(len(lines) - _FILES, 'file')} more, see above")


def show_outcome(
    database: Path,
    published: Path,
    unloaded: Sequence[str],
    warnings: Iterable[Warned],
    metrics: dict[str, Metric],
) -> None:
    """The block after a build. Raises DatabaseUnavailable, and LoaderError where the build is not a whole one."""
    with open_database(database, read_only=True) as connection:
        build = read_build_record(connection)
        found = [*_without_files(connection), *_unreadable(connection), *_audited(connection, warnings)]
        say("")
        if unloaded or found:
            say(f'What to look at first (duckdb -readonly {shlex.quote(str(database))} "from <table>"):')
            show_unloaded(unloaded)
            for line in found:
                say(f"  {line}")
        else:
            say("Every file was loaded, every value could be read, and the audits found nothing.")
        left_out = _left_out(connection)
        if left_out:
            say("Not in the marts (every reason: audit.row_accounting):")
            for line in left_out:
                say(f"  {line}")
        say("")
        with _published_before(connection, published) as before:
            show_headline(connection, build, read_headline(connection, metrics, before), before)
        say("")


def _without_files(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute("select data_set from audit.freshness where file_count = 0 order by data_set").fetchall()
    return [f"no file at all: {', '.join(data_set for (data_set,) in rows)}"] if rows else []


def _unreadable(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select data_set, column_name, sum(row_count) as total,"
        " arg_max(value_text, (row_count, value_text)) as example"
        " from audit.cast_failures group by all order by total desc, data_set, column_name"
    ).fetchall()
    if not rows:
        return []
    total = counted(int(sum(row[2] for row in rows)), "value")
    worst = f", the {_VALUES} worst" if len(rows) > _VALUES else ""
    lines = [f"{total} in {counted(len(rows), 'column')} could not be read{worst} (audit.cast_failures):"]
    for data_set, column, count, example in rows[:_VALUES]:
        lines.append(f"  {data_set}.{column}: {int(count):,}, e.g. `{short(example)}`")
    return lines


def _audited(connection: duckdb.DuckDBPyConnection, warnings: Iterable[Warned]) -> list[str]:
    """A line per audit that found something, and one per warning of dbt that none of them explains."""
    lines = {}
    for table, (name, count_sql) in AUDITS.items():
        row = connection.execute(f"select {count_sql} from {table}").fetchone()
        if row and row[0]:
            lines[table] = f"{name}: {int(row[0]):,} ({table})"
    others = [
        f"dbt warns of {counted(warned.row_count, 'row')} of {warned.model} ({warned.audit_table})"
        for warned in warnings
        if warned.audit_table not in lines
    ]
    return [*lines.values(), *others]


def _left_out(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """A line per data set, with as many of its reasons as the line takes, the most frequent first."""
    rows = connection.execute(
        "select data_set, reason, row_count, sum(row_count) over (partition by data_set) from audit.row_accounting"
        " where row_count > 0 order by data_set, row_count desc, reason"
    ).fetchall()
    lines = []
    for data_set, group in groupby(rows, key=lambda row: row[0]):
        accounts = list(group)
        reasons = [f"{count:,} {reason}" for _, reason, count, _ in accounts if reason != "in_scope"]
        if not reasons:
            continue
        in_raw = int(accounts[0][3])
        out = in_raw - sum(count for _, reason, count, _ in accounts if reason == "in_scope")
        start = f"{data_set}: {out:,} of {counted(in_raw, 'row')} left out"
        shown = len(reasons)
        while shown > 1 and len(_with_reasons(start, reasons, shown)) > console.width - 2:
            shown -= 1
        lines.append(_with_reasons(start, reasons, shown))
    return lines


def _with_reasons(start: str, reasons: Sequence[str], shown: int) -> str:
    return f"{start} ({', '.join(reasons[:shown])}{', …' if shown < len(reasons) else ''})"


@contextmanager
def _published_before(connection: duckdb.DuckDBPyConnection, published: Path) -> Iterator[str | None]:
    """The catalog of the file published before, to compare with; None where there is none."""
    if not published.is_file():
        yield None
        return
    try:
        connection.execute(f"attach {literal(str(published))} as published_before (read_only)")
    except duckdb.Error:
        say(f"note: {published} cannot be read now, so no change is shown")
        yield None
        return
    yield "published_before"
    connection.execute("detach published_before")
