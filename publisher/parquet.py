"""A build that lies in folders of Parquet files, as Spark writes it, seen as the database that publish reads.

Its tables are views of the files, in a database for the moment. Schema raw is that of the loader's own database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from loader.errors import DatabaseUnavailable, LoaderError
from loader.warehouse.database import explain, literal, open_database, quote

_NEWEST = {"build_record": " qualify row_number() over (order by finished_at desc nulls last) = 1"}
"""Tables of which one row counts: files take no update, so the end of a build is a row of its own."""


@contextmanager
def opened_tables(database: Path, tables: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the tables in `<tables>/<schema>.db/<table>/*.parquet`, and raw of the database.

    Raises LoaderError where there are none, and DatabaseUnavailable.
    """
    folders = sorted({path.parent for path in tables.glob("*.db/*/*.parquet")})
    if not folders:
        raise LoaderError(
            f"There is no build of Spark's in {tables} to publish. Run `dbt build --target spark`, then publish again."
        )
    with (
        TemporaryDirectory(prefix="novoed-") as place,
        open_database(Path(place) / "built_on_spark.duckdb") as connection,
    ):
        try:
            connection.execute(f"attach {literal(str(database))} as loaded (read_only)")
        except duckdb.Error as error:
            raise DatabaseUnavailable(explain(database, error)) from None
        for folder in folders:
            schema, table = folder.parent.name.removesuffix(".db"), folder.name
            files = literal(f"{folder}/*.parquet")
            _view(connection, schema, table, f"from read_parquet({files}){_NEWEST.get(table, '')}")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'loaded' and schema_name = 'raw'"
        ).fetchall():
            _view(connection, "raw", table, f"from loaded.raw.{quote(table)}")
        _describe(connection)
        yield connection


def _view(connection: duckdb.DuckDBPyConnection, schema: str, name: str, query: str) -> None:
    connection.execute(f"create schema if not exists {quote(schema)}")
    connection.execute(f"create view {quote(schema)}.{quote(name)} as {query}")


def _describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Gives the views the comments that the build wrote down."""
    described = connection.execute(
        "select schema_name, table_name, column_name, description from reference.descriptions order by all"
    ).fetchall()
    for schema, table, column, text in described:
        name = f"{quote(schema)}.{quote(table)}"
        what = f"view {name}" if column is None else f"column {name}.{quote(column)}"
        connection.execute(f"comment on {what} is {literal(text)}")
