"""The file in the making: a hidden draft beside the published file, and the marts and audits copied into it."""

from __future__ import annotations

import glob
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from loader.errors import LoaderError
from loader.warehouse.database import literal, quote
from publisher.names import value_without_names
from publisher.table import copy_table

SCHEMAS = ("marts", "audit")
"""What the published file holds."""


@contextmanager
def draft_folder(target: Path) -> Iterator[Path]:
    """A hidden folder beside the target, removed in the end, as are those that killed runs left."""
    prefix = f".{target.name}.publishing-"
    for leftover in target.parent.glob(f"{glob.escape(prefix)}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_schemas(connection: duckdb.DuckDBPyConnection, source: str, *, without_names: bool) -> None:
    """Copies what is published from the catalog `source` into the current one: views, too, as tables; comments, too.

    Without names what names people is NULL.

    Raises LoaderError where there are no marts.
    """
    relations = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables()"
        " where database_name = $source and schema_name in $schemas"
        " union all by name"
        " select schema_name, view_name as table_name, comment from duckdb_views()"
        " where database_name = $source and schema_name in $schemas"
        " order by schema_name, table_name",
        {"source": source, "schemas": list(SCHEMAS)},
    ).fetchall()
    if not any(schema == "marts" for schema, *_ in relations):
        raise LoaderError("There are no marts to publish yet. Run `dbt build`, then publish again.")
    columns = connection.execute(
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where database_name = ? and schema_name in ? order by schema_name, table_name, column_index",
        [source, list(SCHEMAS)],
    ).fetchall()
    types: dict[tuple[str, str], dict[str, str]] = {}
    for schema, name, column, type_, _ in columns:
        types.setdefault((schema, name), {})[column] = type_
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {quote(schema)}")
    for schema, name, _ in relations:
        relation = f"{quote(schema)}.{quote(name)}"
        held = types[schema, name]
        values = {
            column: value_without_names(name, column, type_) if without_names else quote(column)
            for column, type_ in held.items()
        }
        copy_table(connection, f"{quote(source)}.{relation}", relation, held, values)
    connection.begin()  # each comment on its own would be a commit, and wait for the disk
    for schema, name, comment in relations:
        if comment is not None:
            connection.execute(f"comment on table {quote(schema)}.{quote(name)} is {literal(comment)}")
    for schema, name, column, _, comment in columns:
        if comment is not None:
            described = f"{quote(schema)}.{quote(name)}.{quote(column)}"
            connection.execute(f"comment on column {described} is {literal(comment)}")
    connection.commit()
