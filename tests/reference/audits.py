"""The audit tables: where every row of `raw` went and what could not be read."""

from __future__ import annotations

from collections import Counter
from functools import cache

from reference.staging import Row
from reference.world import Table, World


@cache
def row_accounting(world: World) -> list[Row]:
    """audit.row_accounting: rows per data set and reason; zero is listed for `in_scope` only."""
    result: list[Row] = []
    for data_set, staged in world.staged.items():
        counts = Counter({"in_scope": 0})
        counts.update(world.reason(data_set, row) for row in staged.rows)
        counts.update({"invalid_key": staged.invalid_key_count, "superseded": staged.superseded_count})
        result += [
            {"data_set": data_set, "reason": reason, "row_count": count}
            for reason, count in counts.items()
            if count or reason == "in_scope"
        ]
    return result


@cache
def cast_failures(world: World) -> list[Row]:
    """audit.cast_failures, with the text trimmed."""
    return [
        {"data_set": data_set, "column_name": column, "value_text": text, "row_count": count}
        for data_set, staged in world.staged.items()
        for (column, text), count in staged.failures.items()
    ]


TABLES = {
    "audit.row_accounting": Table(("data_set", "reason"), row_accounting, adds_up=True),
    "audit.cast_failures": Table(("data_set", "column_name", "value_text"), cast_failures, adds_up=True),
}
