"""The published file as the report reads it: its record of the build, its comments, and what it has of the marts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from loader.errors import LoaderError
from publisher.audit_tables import columns_of
from publisher.build_record import Var
from publisher.movements import Movements, opened, read_movements


@dataclass(frozen=True)
class Source:
    """An open published file."""

    connection: duckdb.DuckDBPyConnection
    tables: dict[str, set[str]]
    """The columns of each table, by `schema.table`."""
    comments: dict[str, str]
    """By `schema.table.column`."""
    as_of: datetime
    published_at: datetime
    data_through: datetime | None
    project_version: str
    vars: dict[str, Var]
    movements: Movements

    def has(self, table: str, *columns: str) -> bool:
        """Whether the file has the table with these columns; one of an older version may lack them."""
        return {*columns} <= self.tables.get(table, set()) and table in self.tables

    def rows(self, sql: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows of a query by column name."""
        found = self.connection.execute(sql, list(parameters))
        names = [name for name, *_ in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @property
    def smallest(self) -> int:
        """The smallest group that is shown: var min_group_size of the build."""
        value = self.vars.get("min_group_size", 5)
        assert isinstance(value, int)  # macros/check_vars.sql takes nothing else
        return value


@contextmanager
def open_source(published: Path) -> Iterator[Source]:
    """Opens the published file. Raises LoaderError where there is none, or none that the report can read."""
    movements = read_movements(published)
    try:
        with opened(published) as connection:
            connection.execute("set memory_limit = '1GiB'")
            ((as_of, published_at, data_through, version, vars_),) = connection.execute(
                "select as_of, published_at, data_through, project_version, vars from audit.publication"
                " order by published_at desc limit 1"
            ).fetchall()
            comments = connection.execute(
                "select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns()"
                " where comment is not null and database_name = 'published'"
            ).fetchall()
            tables = columns_of(connection, "published")
            yield Source(
                connection,
                tables,
                dict(comments),
                as_of,
                published_at,
                data_through,
                version,
                json.loads(vars_),
                movements,
            )
    except duckdb.Error as error:
        raise LoaderError(
            f"{published} cannot be read for the report: {str(error).splitlines()[0]} Build and publish it again."
        ) from None
