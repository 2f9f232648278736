"""What a file that leaves the team does not say: who people are, and what they wrote."""

from __future__ import annotations

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


def value_without_names(table: str, column: str, type_: str) -> str:
    """What stands in a column where nobody is named, as SQL: the column, or NULL of its own type."""
    return f"cast(null as {type_})" if is_withheld(table, column.lower()) else quote(column)
