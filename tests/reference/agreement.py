"""The reference's tables, and readable differences between them and those that dbt built."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from reference import (
    attributes,
    audits,
    completions,
    dimensions,
    enrollments,
    extraction,
    outstanding,
    questions,
    requirements,
    survival,
    trends,
)
from reference.institution import SPAN
from reference.staging import Row
from reference.world import Table, World

Tables = dict[str, list[Row]]

TABLES: dict[str, Table] = {
    **audits.TABLES,
    **dimensions.TABLES,
    **attributes.TABLES,
    **requirements.TABLES,
    **outstanding.TABLES,
    **enrollments.TABLES,
    **completions.TABLES,
    **survival.TABLES,
    **trends.TABLES,
    **questions.TABLES,
    **extraction.TABLES,
}
"""Every table the reference computes beside staging."""


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
                key = tuple(row[column] for column in table.key)
                other = totals.get(key, {})
                totals[key] = {
                    column: value if column in table.key else _put_together(value, other.get(column))
                    for column, value in row.items()
                }
            result[name] = list(totals.values())
    return result


def _put_together(mine: Any, other: Any) -> Any:
    """Counts are added up, of moments the latest counts."""
    if mine is None or other is None:
        return mine if other is None else other
    return max(mine, other) if isinstance(mine, datetime) else mine + other


def differences(name: str, expected: list[Row], columns: list[str], found: list[Row], limit: int = 6) -> list[str]:
    """What differs between the reference and a built table, a line each, at most `limit` of every kind."""
    staging = name.startswith("staging.")
    key = ("_source_file", "_source_row") if staging else TABLES[name].key
    lines = [f"{name}: no column {column}" for column in expected[0] if column not in columns]
    if not staging:  # question sets keep the columns that the project does not know
        lines += [f"{name}: column {column} is not computed" for column in columns if column not in expected[0]]
    compared = [column for column in expected[0] if column in columns]
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
            for column in compared:
                mine, other = ours[row_key][column], theirs[row_key][column]
                if not same(mine, other):
                    text = f"{name}.{column} at {_seed(row_key)}{row_key}: expected {mine!r}, found {other!r}"
                    by_column.setdefault(column, []).append(text)
    for column, found_lines in by_column.items():
        lines += found_lines[:limit]
        if len(found_lines) > limit:
            lines.append(f"{name}: {column}: {len(found_lines) - limit} more")
    return lines


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
