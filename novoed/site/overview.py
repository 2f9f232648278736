"""What dbt's site cannot say by itself: as of when it speaks, and where each table's lineage is drawn without tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

AS_OF = "Not said here, as plain dbt wrote this page: see audit.publication."
LINEAGES = "The dictionary has a link for each table."
"""Sentences of models/overview.md, which stand where dbt alone writes the site."""


def complete_overview(page: str, as_of: datetime | None, tables: Iterable[str]) -> str:
    """dbt's site as one page, with what these sentences stand for. Raises ValueError where one of them is not there."""
    links = ", ".join(f"[{table}]({lineage_of(table)})" for table in tables)
    shown = f"{as_of:%Y-%m-%d %H:%M} UTC." if as_of else AS_OF
    for sentence, told in ((AS_OF, shown), (LINEAGES, f"One table: {links}.")):
        if sentence not in page:
            raise ValueError(f"models/overview.md does not say: {sentence}")
        page = page.replace(sentence, told)
    return page


def lineage_of(table: str) -> str:
    """The address of a table's lineage on the site. What comes before the # makes a browser draw it anew."""
    return f"?lineage={table}#!/overview?g_v=1&g_i=%2B{table}%2B&g_e=test_type:singular%20config.tags:unit_test"
