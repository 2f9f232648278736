"""The reference's tables, and readable differences between them and those that dbt built."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from reference import audits, completions, dimensions, requirements, trends
from reference.institution import SPAN
from reference.staging import METADATA, Row, kinds
from reference.world import Table, World

Tables = dict[str, list[Row]]

TABLES: dict[str, Table] = {
    **audits.TABLES,
    **dimensions.TABLES,
    **requirements.TABLES,
    **completions.TABLES,
    **trends.TABLES,
}
"""Every table the reference computes beside staging."""

OPTIONAL_STAGING_NAMES = {
    "first_visit_course_home_at": ("first_visited_course_home_at", "course_home_first_visited_at"),
    "is_todo": ("is_required",),
}
"""Staging names that the contract leaves open, with other sensible spellings."""


def tables_of(world: World) -> Tables:
    """Every table of one institution, by schema and name."""
    staging = {f"staging.stg_novoed__{data_set}": one.rows for data_set, one in world.staged.items()}
    return staging | {name: table.rows(world) for name, table in TABLES.items()}


def merged(all_tables: Iterable[Tables]) -> Tables:
    """The tables of institutions in one database: rows side by side, audit counts added up."""
    result: Tables = {}
    for tables in all_tables:
        for name, rows in tables.items():
            result.setdefault(name, []).extend(rows)
    for name, table in TABLES.items():
        if table.adds_up:
            totals: dict[tuple[Any, ...], Row] = {}
            for row in result[name]:
                total = totals.setdefault(tuple(row[column] for column in table.key), row | {"row_count": 0})
                total["row_count"] += row["row_count"]
            result[name] = list(totals.values())
    return result


def differences(name: str, expected: list[Row], columns: list[str], found: list[Row], limit: int = 6) -> list[str]:
    """What differs between the reference and a built table, a line each, at most `limit` of every kind."""
    staging = name.startswith("staging.")
    key = ("_source_file", "_source_row") if staging else TABLES[name].key
    wanted = staging_names(name, columns) if staging else {column: column for column in (expected or [{}])[0]}
    lines = [f"{name}: no column {' or '.join(missing)}" for missing in _missing(wanted, columns)]
    wanted = {reference: built for reference, built in wanted.items() if built in columns}
    if any(column not in columns for column in key):
        return lines

    ours = {tuple(row[column] for column in key): row for row in expected}
    theirs: dict[tuple[Any, ...], Row] = {}
    for row in found:
        if tuple(row[column] for column in key) in theirs:
            lines.append(f"{name}: twice: {key} = {tuple(row[column] for column in key)}")
        theirs[tuple(row[column] for column in key)] = row
    by_column: dict[str, list[str]] = {}
    for row_key in sorted({*ours, *theirs}, key=str):
        if row_key not in theirs:
            by_column.setdefault("missing", []).append(f"{name}: missing {_seed(row_key)}{row_key}")
        elif row_key not in ours:
            by_column.setdefault("unexpected", []).append(f"{name}: unexpected {_seed(row_key)}{row_key}")
        else:
            for reference, built in wanted.items():
                mine, other = ours[row_key][reference], theirs[row_key][built]
                if not same(mine, other):
                    text = f"{name}.{built} at {_seed(row_key)}{row_key}: expected {mine!r}, found {other!r}"
                    by_column.setdefault(built, []).append(text)
    for column, found_lines in by_column.items():
        lines += found_lines[:limit]
        if len(found_lines) > limit:
            lines.append(f"{name}: {column}: {len(found_lines) - limit} more")
    return lines


def staging_names(name: str, columns: list[str]) -> dict[str, str]:
    """Reference name → built name of a staging model's columns."""
    data_set = name.removeprefix("staging.stg_novoed__")
    names = {}
    for raw, (renamed, _) in kinds(data_set).items():
        choices = (renamed, *OPTIONAL_STAGING_NAMES.get(renamed, ()), raw)
        names[renamed] = next((choice for choice in choices if choice in columns), renamed)
    return names | {"is_deleted": "is_deleted"} | {column: column for column in METADATA}


def _missing(wanted: dict[str, str], columns: list[str]) -> list[list[str]]:
    return [[built] for built in wanted.values() if built not in columns]


def _seed(key: tuple[Any, ...]) -> str:
    number = next((part for part in key if isinstance(part, int) and part >= SPAN), None)
    return f"institution {number // SPAN} " if number else ""


def same(mine: object, other: object) -> bool:
    """Equal values of the same kind; decimals and floats to 1e-9."""
    if mine is None or other is None:
        return mine is other
    if isinstance(mine, bool) or isinstance(other, bool):
        return mine is other
    if isinstance(mine, (int, float, Decimal)) and isinstance(other, (int, float, Decimal)):
        return math.isclose(mine, other, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(other, datetime) and other.tzinfo:
        other = other.astimezone(UTC).replace(tzinfo=None)
    if isinstance(mine, date):
        return type(mine) is type(other) and mine == other
    return mine == other
