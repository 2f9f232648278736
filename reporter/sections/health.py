"""What the numbers are worth: how fresh and complete the data are, what was left out, and what was found odd."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from reporter.figure import ALL, Column, Figure, Row, Section, State, count, more, shown
from reporter.source import Source

_AUDITS = {
    "audit.changed_identities": "records that name another person or course than an older version of them",
    "audit.unknown_enumeration_values": "spellings of a status, type or role that the platform does not have",
    "audit.repeated_enrollments": "people enrolled more than once in a course",
    "audit.duplicate_people": "e-mails or external ids that several people share",
    "audit.date_conflicts": "records whose dates cannot all be true, have not come yet or are missing",
}
_MOST = 40


def health(source: Source) -> Section:
    """The page about the data themselves. What could not be read is counted, never shown: it may name people."""
    figures = [
        _freshness(source),
        _accounting(source),
        _unreadable(source),
        _coverage(source),
        _audits(source),
        _findings(source),
        _build(source),
    ]
    return Section("health", "What the numbers are worth", figures)


def _table(name: str, shows: str, columns: list[Column], rows: list[Row], title: str, note: str, source: str) -> Figure:
    return Figure(name, shows, columns, {ALL: State(title, note, rows)}, source=source)


def _moment(value: Any) -> str | None:
    return None if value is None else f"{value:%Y-%m-%d %H:%M}"


def _freshness(source: Source) -> Figure:
    rows: list[Row] = [
        {
            "data_set": row["data_set"],
            "rows": row["row_count"],
            "files": row["file_count"],
            "rejected": row.get("rejected_record_count"),  # a file of an older version does not tell
            "newest": _moment(row["newest_updated_at"]),
            "loaded": _moment(row["newest_loaded_at"]),
            "covered": _moment(row["covered_until"]),
        }
        for row in source.rows("from audit.freshness order by data_set")
    ]
    through = (
        f"The data reach to {source.data_through:%Y-%m-%d %H:%M} UTC"
        if source.data_through
        else "Nobody knows how far the data reach"
    )
    return _table(
        "freshness",
        "Per data set how many rows and files there are, how many records were rejected, and until when it is known.",
        [
            Column("data_set", "Data set"),
            Column("rows", "Rows", "count"),
            Column("files", "Files", "count"),
            Column("rejected", "Records rejected", "count"),
            Column("newest", "Newest update (UTC)"),
            Column("loaded", "Last loaded (UTC)"),
            Column("covered", "API fetched until (UTC)"),
        ],
        rows,
        through,
        "The earlier of the newest updates of enrollments and user_activities.",
        "audit.freshness",
    )


def _accounting(source: Source) -> Figure:
    found = source.rows("from audit.row_accounting order by data_set, row_count desc, reason")
    rows: list[Row] = []
    for data_set, group in groupby(found, key=lambda row: row["data_set"]):
        reasons = {row["reason"]: row["row_count"] for row in group if row["row_count"]}
        others = {name: n for name, n in reasons.items() if name not in ("in_scope", "superseded")}
        rows.append(
            {
                "data_set": data_set,
                "all": sum(reasons.values()),
                "in_scope": reasons.get("in_scope", 0),
                "superseded": reasons.get("superseded", 0),
                "others": sum(others.values()),
                "why": ", ".join(f"{name} {n:,}" for name, n in others.items()),
            }
        )
    whole, kept = sum(row["all"] for row in rows), sum(row["in_scope"] for row in rows)  # type: ignore[misc]
    return _table(
        "accounting",
        "Per data set where every row that was loaded went.",
        [
            Column("data_set", "Data set"),
            Column("all", "Rows loaded", "count"),
            Column("in_scope", "In the marts' scope", "count"),
            Column("superseded", "Older versions", "count"),
            Column("others", "Left out", "count"),
            Column("why", "Why"),
        ],
        rows,
        f"{kept:,} of {whole:,} loaded rows are in scope; every other one is accounted for",
        "Each row counts under the first reason that applies.",
        "audit.row_accounting",
    )


def _unreadable(source: Source) -> Figure:
    found = source.rows(
        "select data_set, column_name, sum(row_count)::bigint as row_count, count(*) as spellings"
        " from audit.cast_failures group by all order by row_count desc, data_set, column_name"
    )
    total = sum(row["row_count"] for row in found)
    note = "They count as empty. Their spellings are not shown here, as they may name people."
    note += more(len(found) - _MOST, "further column", "audit.cast_failures")
    return _table(
        "unreadable",
        "Values that could not be read, by column.",
        [
            Column("data_set", "Data set"),
            Column("column_name", "Column"),
            Column("row_count", "Values", "count"),
            Column("spellings", "Spellings", "count"),
        ],
        [*found[:_MOST]],
        f"{count(total, 'value')} could not be read",
        note,
        "audit.cast_failures",
    )


def _coverage(source: Source) -> Figure:
    found = source.rows(
        "select data_set, kind, updated_after, updated_until from audit.extraction_coverage"
        " order by kind desc, data_set, updated_after"
    )
    gaps = [row for row in found if row["kind"] == "gap"]
    rows: list[Row] = [
        {"data_set": row["data_set"], "after": _moment(row["updated_after"]), "until": _moment(row["updated_until"])}
        for row in gaps[:_MOST]
    ]
    title = (
        f"{count(len(gaps), 'interval')} of the API missing"
        if found
        else "Nothing was fetched from the API: the files were put there"
    )
    return _table(
        "coverage",
        "Intervals of the API that were asked for and are still missing.",
        [Column("data_set", "Data set"), Column("after", "Updated after (UTC)"), Column("until", "Until (UTC)")],
        rows,
        title,
        f"{count(len(found) - len(gaps), 'interval')} fetched.",
        "audit.extraction_coverage",
    )


def _audits(source: Source) -> Figure:
    rows: list[Row] = []
    for table, text in _AUDITS.items():
        if source.has(table):
            ((n,),) = source.connection.execute(f"select count(*) from {table}").fetchall()
            rows.append({"what": f"{text[0].upper()}{text[1:]}", "rows": n, "table": table})
    odd = sum(1 for row in rows if row["rows"])
    return _table(
        "audits",
        "What is odd at the source, and the table that lists it.",
        [Column("what", "What was found"), Column("rows", "Rows", "count"), Column("table", "Table")],
        rows,
        f"{odd} of {count(len(rows), 'audit')} found something",
        "Healthy where there are none.",
        "schema audit",
    )


def _findings(source: Source) -> Figure:
    found = (
        source.rows("from audit.gate_findings order by accepted_at desc, reason, subject")
        if source.has("audit.gate_findings", "reason")
        else []
    )
    rows: list[Row] = [
        {
            "reason": row["reason"],
            "subject": ".".join(part for part in (row["subject"], row["column_name"]) if part),
            "share": row["share"],
            "rows": row["row_count"],
            "accepted": _moment(row["accepted_at"]),
        }
        for row in found[:_MOST]
    ]
    return _table(
        "findings",
        "What the gate found implausible and somebody accepted.",
        [
            Column("reason", "Reason"),
            Column("subject", "Of"),
            Column("share", "Share, or days", "fine"),
            Column("rows", "Rows", "count"),
            Column("accepted", "Accepted at (UTC)"),
        ],
        rows,
        f"{count(len(found), 'finding')} of the gate accepted",
        "Findings that nobody accepts keep a file from being published.",
        "audit.gate_findings",
    )


def _build(source: Source) -> Figure:
    settings = {name: value for name, value in source.vars.items() if name != "as_of"}
    rows: list[Row] = [
        {
            "name": name,
            "value": ", ".join(map(str, value)) or "none"
            if isinstance(value, list)
            else shown(value, "fine")
            if isinstance(value, bool)
            else str(value),
        }
        for name, value in settings.items()
    ]
    return _table(
        "build",
        "With which variables the marts were computed.",
        [Column("name", "Variable"), Column("value", "Value")],
        rows,
        f"As of {source.as_of:%Y-%m-%d %H:%M} UTC, published {source.published_at:%Y-%m-%d %H:%M} UTC",
        f"Built by version {source.project_version}. Today's records are judged against that moment, not turned back"
        " to it.",
        "audit.publication",
    )
