"""The SQL that dbt compiled, without dbt: `python -m bench.bare DATABASE TARGET`, after a `dbt run` into both.

The models in the order in which dbt ended them, one after the other, with the connection's settings of the profile.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def main(database: Path, target: Path) -> None:
    """Makes every model anew."""
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    with duckdb.connect(database) as connection:
        connection.execute("set TimeZone = 'UTC'; set threads = 2; set preserve_insertion_order = false")
        for result in results:
            node = nodes[result["unique_id"]]
            if node["resource_type"] == "model":
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create or replace {kind} {node['relation_name']} as {node['compiled_code']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
