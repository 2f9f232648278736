"""What one connection sees while a file is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from publisher.audit_tables import columns_of
from publisher.build_record import BuildRecord


@dataclass(frozen=True)
class Sight:
    """The database, the file published before, and how what they hold is asked for."""

    connection: duckdb.DuckDBPyConnection
    built: str
    """The catalog of the database."""
    before: str | None
    """The catalog of the file published before; None where there is none."""
    build: BuildRecord
    is_rolled_back: bool
    """Whether the last act on the published file was a rollback."""

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """The rows of a query; names without a catalog are the database's."""
        return self.connection.execute(sql, list(parameters)).fetchall()

    def row(self, sql: str, *parameters: object) -> tuple[Any, ...]:
        """The one row of a query."""
        (row,) = self.rows(sql, *parameters)
        return row

    def published(self, table: str, *columns: str) -> bool:
        """Whether the file published before has a table, named with its schema, with these columns."""
        found = columns_of(self.connection, self.before).get(table)
        return found is not None and found >= {*columns}
