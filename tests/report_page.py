"""A report as its tests read it: the page, and the data in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from reporter.report import write_report


@dataclass(frozen=True)
class Report:
    """A page and the data in it."""

    published: Path
    page: str
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)

    def states(self, figure: str) -> dict[str, list[dict[str, Any]]]:
        """The rows of a figure by the key of its state."""
        found = self.figures[figure]
        return {
            key: [dict(zip(found["fields"], row, strict=True)) for row in state["rows"]]
            for key, state in found["states"].items()
        }

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query of the published file."""
        with duckdb.connect(self.published, read_only=True) as connection:
            return connection.execute(sql).fetchall()


def read_report(published: Path, page: Path, *, with_names: bool = False) -> Report:
    """Writes the report and reads it."""
    write_report(published, page, with_names=with_names)
    text = page.read_text(encoding="utf-8")
    data = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', text, re.DOTALL)
    assert data
    return Report(published, text, json.loads(data[1]))
