"""audit.publication: what each publication was made of, one row each, carried along from file to file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from loader.warehouse.database import quote
from publisher.audit_tables import columns_of, make_table
from publisher.build_record import BuildRecord, Var

TABLE = "publication"
DESCRIPTION = "One row per publication: the newest is this file's, earlier ones are carried along."
COLUMNS = {
    "published_at": ("timestamp", "When the file was published (UTC)."),
    "as_of": ("timestamp", "The moment that the marts speak of (UTC)."),
    "vars": ("json", "Every dbt variable of the build, as it was in force."),
    "project_version": ("varchar", "Version of the project that built the marts."),
    "data_through": (
        "timestamp",
        "Until when the data are known (UTC): the earlier of the newest updated timestamps of enrollments and"
        " user_activities.",
    ),
    "gap_count": ("bigint", "Intervals of the API that were asked for and are still missing."),
    "accepted_reasons": ("varchar", "Reasons of the gate that were accepted for it, comma-separated; empty when none."),
}


@dataclass(frozen=True)
class Publication:
    """What a row of audit.publication says of how the figures were computed."""

    published_at: datetime
    vars: dict[str, Var]
    project_version: str


def write_publication(
    connection: duckdb.DuckDBPyConnection, *, before: str | None, build: BuildRecord, accepted: Sequence[str]
) -> None:
    """Makes audit.publication in the current catalog, whose audit.freshness and audit.extraction_coverage it reads."""
    carried = sorted(columns_of(connection, before).get(f"audit.{TABLE}", set()) & COLUMNS.keys())
    # Also where the clock was put back the newest row is this file's.
    earliest = datetime.min
    rows = "select $published_at as published_at, $as_of as as_of, $vars as vars, $project_version as project_version,"
    if before and "published_at" in carried:
        found = connection.execute(f"select max(published_at) from {quote(before)}.audit.{TABLE}").fetchone()
        earliest = found[0] + timedelta(microseconds=1) if found and found[0] else earliest
    rows += (
        " (select min(newest_updated_at) from audit.freshness where data_set in ('enrollments', 'user_activities'))"
        " as data_through,"
        " (select count(*) from audit.extraction_coverage where kind = 'gap') as gap_count,"
        " $accepted as accepted_reasons"
    )
    if before and carried:
        rows += f" union all by name select {', '.join(carried)} from {quote(before)}.audit.{TABLE}"
    parameters = {
        "published_at": max(datetime.now(UTC).replace(tzinfo=None), earliest),
        "as_of": build.as_of,
        "vars": json.dumps(build.vars, sort_keys=True),
        "project_version": build.project_version,
        "accepted": ",".join(sorted(set(accepted))),
    }
    make_table(connection, TABLE, DESCRIPTION, COLUMNS, rows, parameters)


def read_publications(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[Publication]:
    """The publications that a published file knows of, newest first; none in a file of an older version."""
    if not {"published_at", "vars", "project_version"} <= columns_of(connection, catalog).get(f"audit.{TABLE}", set()):
        return []
    rows = connection.execute(
        f"select published_at, vars, project_version from {quote(catalog)}.audit.{TABLE} order by published_at desc"
    ).fetchall()
    return [Publication(published_at, json.loads(vars_ or "{}"), version) for published_at, vars_, version in rows]


def differing(before: Publication, version: str, vars_: dict[str, Var]) -> list[str]:
    """What was computed otherwise than in `before`, as_of aside: `project_version: 0.3.0 → 0.4.0`."""
    now = {"project_version": version} | vars_
    then = {"project_version": before.project_version} | before.vars
    return [
        f"{name}: {_shown(then.get(name))} → {_shown(now.get(name))}"
        for name in dict.fromkeys([*now, *then])
        if name != "as_of" and then.get(name) != now.get(name)
    ]


def _shown(value: Var) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
