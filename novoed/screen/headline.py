"""The figures that everybody asks for first, and how each differs from the file published before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
from rich.table import Column

from loader.warehouse.database import quote
from novoed.dbt import Metric
from novoed.screen.console import number, say, show
from publisher.build_record import BuildRecord
from publisher.record import differing, read_publications

HEADLINE = {
    "learners": "learners",
    "enrolled_learners": "enrollments of status Enrolled",
    "completed_learners": "completed",
    "completion_ratio": "completed, share",
    "completion_with_leavers_ratio": "completed, share with leavers",
    "overdue_learners_in_open_courses": "overdue in open courses",
    "at_risk_learners": "at risk",
}
"""What is shown, by metric."""
_REQUIREMENTS = "marts.fct_outstanding_requirements"
_REQUIREMENT_FIGURES = {
    "open requirements": Metric(_REQUIREMENTS, "count(*)"),
    "open requirements that can still be met": Metric(_REQUIREMENTS, "count(*) filter (where can_still_be_met)"),
}
"""Rows of a mart, for which no metric is needed."""


@dataclass(frozen=True)
class Figure:
    """A number of the headline."""

    name: str
    now: float | None
    before: float | None
    """None where there is no file before, or one without the columns."""
    is_share: bool


def read_headline(
    connection: duckdb.DuckDBPyConnection, metrics: Mapping[str, Metric], before: str | None
) -> list[Figure]:
    """The figures of the database of this connection and, of the catalog `before`, those that it can tell."""
    wanted = {text: metrics[name] for name, text in HEADLINE.items()} | _REQUIREMENT_FIGURES
    figures = []
    for name, metric in wanted.items():
        is_share = "share" in name
        told = metric if is_share else Metric(metric.table, f"coalesce({metric.expression}, 0)")  # of no row, too
        figures.append(Figure(name, _value(connection, told), _value_before(connection, told, before), is_share))
    return figures


def show_headline(
    connection: duckdb.DuckDBPyConnection, build: BuildRecord, figures: list[Figure], before: str | None
) -> None:
    """One line per figure, with its change where a file was published before."""
    columns: list[str | Column] = [f"as of {build.as_of:%Y-%m-%d %H:%M} UTC", number("now")]
    publications = read_publications(connection, before) if before else []
    if before:
        since = f"{publications[0].published_at:%Y-%m-%d %H:%M}" if publications else "the last publication"
        columns.append(number(f"since {since}"))
    show(columns, ((f.name, _shown(f), *([_change(f)] if before else [])) for f in figures))
    others = differing(publications[0], build.project_version, build.vars) if publications else []
    if others:
        say(f"The file published before was computed otherwise: {'; '.join(others)}")


def _value(connection: duckdb.DuckDBPyConnection, metric: Metric, catalog: str | None = None) -> float | None:
    table = f"{quote(catalog)}.{metric.table}" if catalog else metric.table
    row = connection.execute(f"select {metric.expression} from {table}").fetchone()
    return row[0] if row else None


def _value_before(connection: duckdb.DuckDBPyConnection, metric: Metric, before: str | None) -> float | None:
    try:
        return _value(connection, metric, before) if before else None
    except (duckdb.BinderException, duckdb.CatalogException):  # a file of an older version
        return None


def _shown(figure: Figure) -> str:
    if figure.is_share:
        return "-" if figure.now is None else f"{figure.now:.1%}"
    return f"{int(figure.now or 0):,}"


def _change(figure: Figure) -> str:
    if figure.before is None or figure.now is None:
        return ""
    change = figure.now - figure.before
    if figure.is_share:
        points = round(100 * change, 1)
        return f"{points:+.1f} points" if points else "0"
    return f"{int(change):+,}" if change else "0"
