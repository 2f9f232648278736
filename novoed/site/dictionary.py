"""The dictionary: every table and column of the analysts' file in full, on one plain page that needs no script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb
import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from loader.warehouse.database import open_database
from novoed.dbt import Model
from novoed.site.overview import lineage_of

_SUBJECTS = {
    "people_and_courses": "People and courses",
    "completion": "Enrollments and completion",
    "requirements": "Attempts and requirements",
    "activity": "Activity over time",
    "questions": "Question sets",
    "audit": "Audit: what was left out, and what is odd at the source",
}
"""Folder of the model → heading, in the order of the page."""

_SINGLE_KEYS = {("user_id", "institution_id"): "user_key", ("activity_id", "activity_type"): "activity_key"}
"""Columns that stand for two, where both tables have them."""


@dataclass(frozen=True)
class Column:
    """A column as the page shows it."""

    name: str
    type: str
    text: Markup


@dataclass(frozen=True)
class Join:
    """How a row finds its row of another table."""

    to: str
    anchor: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table as the page shows it."""

    name: str
    subject: str
    text: Markup
    columns: list[Column]
    key: tuple[str, ...]
    joins: list[Join]
    example: str | None
    lineage: str | None
    """Address of its lineage, without tests, on dbt's site; None for a table that publish writes."""


def render_dictionary(database: Path, models: dict[str, Model], as_of: datetime | None) -> str:
    """The page, for a published file or for the database that one is published from. Raises DatabaseUnavailable."""
    with open_database(database, read_only=True) as connection:
        tables = _read_tables(connection, models)
    order = list(_SUBJECTS)
    tables.sort(key=lambda table: (order.index(table.subject), table.name))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("dictionary.html.jinja").render(
        as_of=as_of,
        subjects=[(_SUBJECTS[key], list(group)) for key, group in groupby(tables, lambda table: table.subject)],
    )


def _read_tables(connection: duckdb.DuckDBPyConnection, models: dict[str, Model]) -> list[Table]:
    rows = connection.execute(
        "with relations as (select database_name, schema_name, table_name, comment from duckdb_tables()"
        " union all select database_name, schema_name, view_name, comment from duckdb_views())"
        " select schema_name, table_name, any_value(relations.comment),"
        " list((column_name, lower(data_type), columns.comment) order by column_index)"
        " from duckdb_columns() as columns inner join relations using (database_name, schema_name, table_name)"
        " where database_name = current_database() and schema_name in ('marts', 'audit') group by all order by all"
    ).fetchall()
    names = {table: {name for name, *_ in columns} for _, table, _, columns in rows}
    tables = []
    for schema, table, comment, columns in rows:
        model = models.get(table)
        tables.append(
            Table(
                name=f"{schema}.{table}",
                subject=model.subject if model else schema,
                text=_marked_up(comment),
                columns=[Column(name, type_, _marked_up(text)) for name, type_, text in columns],
                key=model.key if model else (),
                joins=[
                    Join(f"marts.{other}", f"marts.{other}", _shortest(key, names[table] & names[other]))
                    for other, key in _joinable(models)
                    if other != table and other in names and {*key} <= names[table]
                ],
                example=model.example.strip() if model and model.example else None,
                lineage=lineage_of(table) if model else None,
            )
        )
    return tables


def _joinable(models: dict[str, Model]) -> list[tuple[str, tuple[str, ...]]]:
    """The tables that others refer to, each with its key."""
    return [(name, model.key) for name, model in models.items() if name.startswith("dim_") or name == "fct_enrollments"]


def _shortest(key: tuple[str, ...], shared: set[str]) -> tuple[str, ...]:
    for pair, single in _SINGLE_KEYS.items():
        if {*pair} <= {*key} and single in shared:
            return (single, *(column for column in key if column not in pair))
    return key


def _marked_up(text: str | None) -> Markup:
    """Markdown as HTML; a tag in it is text."""
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text or ""))
