"""What a file that leaves the team does not say: who people are, and what they wrote."""

from __future__ import annotations

import duckdb

from loader.warehouse.database import quote

WITHHELD = frozenset(
    {"email", "first_name", "last_name", "external_id", "headline", "bio", "response_text", "value_text"}
)
"""NULL in every table; value_text is what came in the place of something else, and that may be a name."""

WITHHELD_VALUES = frozenset({"dim_user_attributes", "duplicate_people"})
"""Tables whose column `value` is about a person."""


def is_withheld(table: str, column: str) -> bool:
    """Whether `publish --without-names` leaves the column NULL."""
    return column in WITHHELD or (column == "value" and table in WITHHELD_VALUES)


def selected(connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, table: str) -> str:
    """The SELECT list of a table or view, what names people NULL of the column's own type."""
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns()"
        " where database_name = ? and schema_name = ? and table_name = ?",
        [catalog, schema, table],
    ).fetchall()
    withheld = [
        f"cast(null as {type_}) as {quote(name)}" for name, type_ in columns if is_withheld(table, name.lower())
    ]
    return f"* replace ({', '.join(withheld)})" if withheld else "*"
