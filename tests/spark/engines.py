"""dbt on either engine, and how what the two made differs."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

ROOT = Path(__file__).parents[2]
ENGINES = {"local": "DuckDB", "spark": "Spark"}
"""By dbt target."""
_SPARK_FOR_LITTLE = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}
"""With so few rows, compiling the plans is what takes long."""


@dataclass(frozen=True)
class Build:
    """What is built on both engines, side by side in a folder."""

    folder: Path
    variables: Mapping[str, object]
    project: Path = ROOT

    @property
    def database(self) -> Path:
        return self.folder / "novoed.duckdb"

    @property
    def tables(self) -> Path:
        return self.folder / "spark" / "tables"

    def run(self, command: str, target: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`dbt build` or another command on an engine."""
        dbt = [
            *(str(Path(sys.executable).with_name("dbt")), "--no-use-colors", command, "--target", target, *arguments),
            *("--project-dir", str(self.project), "--profiles-dir", str(ROOT)),
            *("--vars", yaml.safe_dump(dict(self.variables), width=float("inf"))),
            *("--target-path", str(self.folder / target), "--log-path", str(self.folder / target)),
        ]
        ours = {name: value for name, value in os.environ.items() if not name.startswith("NOVOED_")}
        conf = " ".join(f"--conf {name}={value}" for name, value in _SPARK_FOR_LITTLE.items())
        environment = ours | {
            "NOVOED_DATABASE": str(self.database),
            "NOVOED_SPARK_RAW": str(self.folder / "raw"),
            "NOVOED_SPARK_WAREHOUSE": str(self.folder / "spark"),
            "PYSPARK_SUBMIT_ARGS": f"{conf} pyspark-shell",
        }
        return subprocess.run(
            dbt, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=900, check=False
        )

    def differences(self, connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
        """How a table of the database and Spark's differ: columns and their types, rows, values (the first few)."""
        here, there = f"{schema}.{table}", f"read_parquet('{self.tables}/{schema}.db/{table}/*.parquet')"
        ours, theirs = (
            {name: type_ for name, type_, *_ in connection.execute(f"describe from {one}").fetchall()}
            for one in (here, there)
        )
        if ours != theirs:
            return [f"{here}: columns {sorted({*ours.items()} ^ {*theirs.items()})}"]
        listed = ", ".join(f'"{name}"' for name in ours)
        order = ", ".join(f'"{name}" nulls first' for name in ours if ours[name] != "DOUBLE")
        mine, other = (
            connection.execute(f"select {listed} from {one} order by {order}").fetchall() for one in (here, there)
        )
        if len(mine) != len(other):
            return [f"{here}: {len(mine)} rows on DuckDB, {len(other)} on Spark"]
        found = [
            f"{here}.{column} of {row[:4]}: {value!r} on DuckDB, {its!r} on Spark"
            for row, its_row in zip(mine, other, strict=True)
            for column, value, its in zip(ours, row, its_row, strict=True)
            if not _same(value, its)
        ]
        return [*found[:5], f"{here}: {len(found) - 5} more"] if len(found) > 5 else found


def _same(mine: object, other: object) -> bool:
    if isinstance(mine, float) and isinstance(other, float):
        return math.isclose(mine, other, rel_tol=1e-9, abs_tol=1e-9)
    return mine == other
