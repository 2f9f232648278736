"""What extract takes for a timestamp while it walks, staging reads as the same moment."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import duckdb

from conftest import Warehouse
from loader.moments import parse_printed

DATES = ("2024-05-01", "2024-02-30", "1999-12-31", "2000-01-01", "2099-12-31", "2100-01-01", "1970-01-01", "24-05-01")
TIMES = (
    "", "T10:20", " 10:20", "t10:20:30", " 10:20:30", " 23:59:59.9999999", "T10:20:30,5", " 10:20:30.", "  10:20:30",
    " 24:00:00", " 10:60", " 10:20:60", " 10", " 00:30:00",
)  # fmt: skip
ZONES = (
    "", "Z", "z", " UTC", "  UTC", "\u3000utc", "GMT", "+02", " +02:00", "\t-0530", "+02:75", "+25:00", " CET", "+2",
    "-01:00", "+14:00", " \u2028", "\u200b",
)  # fmt: skip
FIRST, BEHIND = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def test_staging_reads_what_extract_reads(warehouse: Warehouse) -> None:
    run = warehouse.dbt("compile", "--quiet", "--inline", "select {{ to_timestamp('printed') }} from texts")
    assert run.returncode == 0, run.stdout
    texts = ["".join(parts) for parts in product(DATES, TIMES, ZONES)]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create table texts as select unnest(?::varchar[]) as printed", [texts])
        read = [moment for (moment,) in connection.execute(run.stdout).fetchall()]
    expected = []
    for text in texts:
        printed = parse_printed(text)
        is_a_date = printed is not None and FIRST <= printed.moment < BEHIND
        expected.append(printed.moment.replace(tzinfo=None) if printed and is_a_date else None)
    different = {
        text: (staged, extracted) for text, staged, extracted in zip(texts, read, expected, strict=True)
        if staged != extracted
    }  # fmt: skip
    assert not different
    assert sum(moment is not None for moment in expected) > 100
