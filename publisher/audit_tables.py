"""The audit tables that publish writes itself, as it alone sees the file before: how they are made and described."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from loader.warehouse.database import literal, quote


def make_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    description: str,
    columns: Mapping[str, tuple[str, str]],
    rows: str,
    parameters: Mapping[str, object] | None = None,
) -> None:
    """Makes `table` in the current catalog's schema audit, filled by the query `rows`, by name.

    `columns` gives each column's type and description.
    """
    name = f"audit.{quote(table)}"
    typed = ", ".join(f"{quote(column)} {type_}" for column, (type_, _) in columns.items())
    connection.execute(f"create table {name} ({typed})")
    connection.execute(f"comment on table {name} is {literal(description)}")
    for column, (_, text) in columns.items():
        connection.execute(f"comment on column {name}.{quote(column)} is {literal(text)}")
    connection.execute(f"insert into {name} by name {rows}", parameters or {})


def columns_of(connection: duckdb.DuckDBPyConnection, catalog: str | None) -> dict[str, set[str]]:
    """The columns of each table and view of a catalog, by `schema.table`; none for no catalog."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns()"
        " where database_name = ? group by all",
        [catalog],
    ).fetchall()
    return {name: set(columns) for name, columns in rows}
