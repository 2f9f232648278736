"""A table of the published file: what it holds, and what it says by a rule instead.

A column that follows from others in its row is kept as that rule (DuckDB: a virtual generated column): it is computed
when it is read, takes no room, and looks like any other to whoever reads it.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from loader.warehouse.database import literal, quote

RULES = {
    "user_key": "institution_id || ':' || user_id",
    "activity_key": "activity_type || ':' || activity_id",
}
"""As the macros of these names compute them. A row that says otherwise keeps its column as it is, so a wrong rule costs
room and never a value."""


def copy_table(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    types: Mapping[str, str],
    values: Mapping[str, str],
) -> None:
    """Makes `table` of the rows of `source`, in their order. By column: its type, and what is put into it, as SQL."""
    rules = {column: rule for column, rule in RULES.items() if types.get(column) == "VARCHAR"}
    if not (rules and _copy_by_rule(connection, source, table, types, values, rules)):
        listed = ", ".join(f"{value} as {quote(column)}" for column, value in values.items())
        connection.execute(f"create table {table} as select {listed} from {source}")


def _copy_by_rule(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    types: Mapping[str, str],
    values: Mapping[str, str],
    rules: Mapping[str, str],
) -> bool:
    """As copy_table, the columns that have a rule as the rule. False, and no table, where they do not follow it."""
    typed = ", ".join(
        f"{quote(column)} {type_}" + (f" generated always as ({rules[column]}) virtual" if column in rules else "")
        for column, type_ in types.items()
    )
    listed = ", ".join(value for column, value in values.items() if column not in rules)
    # While they are copied, as to compare them first would compute what is a view twice.
    followed = " and ".join(
        f"case when {column} is not distinct from ({rule}) then true else error({literal(column)}) end"
        for column, rule in rules.items()
    )
    connection.begin()
    try:
        connection.execute(f"create table {table} ({typed})")
        connection.execute(f"insert into {table} select {listed} from {source} where {followed}")
    except (duckdb.BinderException, duckdb.InvalidInputException):  # the parts are not there; a row says otherwise
        connection.rollback()
        return False
    connection.commit()
    return True
