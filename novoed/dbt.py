"""dbt as a child process: this project's, on the database of the settings, whatever is set for other projects.

A process of its own, because within ours it would keep DuckDB's file open while publish reads it. What the last run
wrote into `target/` is read here, too: the tests that warned, and what the metrics are made of.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from loader.settings import Settings

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "target"
_DBT = (
    "import atexit, gc; gc.set_threshold(100_000); atexit.register(gc.freeze);"
    " from dbt.cli.main import cli; cli(prog_name='dbt')"
)
"""Garbage is collected seldom, and not at the end: each time, all that dbt keeps of a project is looked through."""
_UNTOLD = "ignore:resource_tracker:UserWarning"
"""What Python says of a dbt that was ended in the midst of its work."""
_RESULTS = "run_results.json"
_NO_SPACE = re.compile("No space left|Disk quota exceeded|File too large|max_temp_directory_size")
"""How the system and DuckDB say it."""
_FOREVER = 10**7
_AGGREGATES = {"sum": "sum({})", "count_distinct": "count(distinct {})"}


@dataclass(frozen=True)
class Warned:
    """A test that found something and let the build go on."""

    test: str
    model: str
    row_count: int
    audit_table: str
    """Where to look: the audit table that it tests, or that its meta names."""


@dataclass(frozen=True)
class Metric:
    """A metric as MetricFlow computes it over all times: an expression over the rows of a table."""

    table: str
    expression: str


@dataclass
class Model:
    """What the project says of a public model beside its columns."""

    unique_id: str
    subject: str
    """The folder that it lies in."""
    example: str | None
    """A query that uses it, on the published file."""
    key: tuple[str, ...] = ()
    """The columns of which each row has other values."""


def run_dbt(database: Path, *arguments: str, memory: str | None = None) -> int:
    """Runs dbt, shows what it says, and returns its exit status. An interrupt ends it, too.

    `memory`: what NOVOED_MEMORY says, maybe in a `.env`, which dbt does not read.
    """
    folders = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    dbt = [sys.executable, "-W", _UNTOLD, "-c", _DBT]
    with _start([*dbt, *arguments, *folders], _environment(database, memory)) as process:
        try:
            # Not without a limit: once polars is at work, an interrupt does not end such a wait.
            return process.wait(_FOREVER)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise


def read_warnings(target: Path = TARGET) -> list[Warned]:
    """The tests that warned in the last run."""
    results = json.loads((target / _RESULTS).read_text(encoding="utf-8"))["results"]
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    warned = []
    for result in results:
        if result["status"] == "warn":
            test = nodes[result["unique_id"]]
            model = nodes[test["attached_node"]]
            is_audit = model["schema"] == "audit"
            table = model["name"] if is_audit else test["config"]["meta"]["audit_table"]
            warned.append(Warned(test["name"], model["name"], result["failures"], f"audit.{table}"))
    return warned


def forget_results(target: Path = TARGET) -> None:
    """Takes away what the last run wrote of its results: a run that cannot begin writes none."""
    (target / _RESULTS).unlink(missing_ok=True)


def ran_out_of_space(target: Path = TARGET) -> bool:
    """Whether something failed in the last run because a disk was full."""
    file = target / _RESULTS
    results = json.loads(file.read_text(encoding="utf-8"))["results"] if file.exists() else []
    return any(_NO_SPACE.search(result["message"] or "") for result in results if result["status"] == "error")


def read_metrics(names: Iterable[str], target: Path = TARGET) -> dict[str, Metric]:
    """What the metrics of these names are made of, as models/semantic defines them."""
    manifest = json.loads((target / "semantic_manifest.json").read_text(encoding="utf-8"))
    measures = {
        measure["name"]: Metric(
            f"{model['node_relation']['schema_name']}.{model['node_relation']['alias']}",
            _AGGREGATES[measure["agg"]].format(measure["expr"]),
        )
        for model in manifest["semantic_models"]
        for measure in model["measures"]
        if measure["agg"] in _AGGREGATES
    }
    known = {metric["name"]: metric["type_params"] for metric in manifest["metrics"]}
    found = {}
    for name in names:
        parts = known[name]
        if parts["numerator"]:
            above, below = (
                measures[known[parts[part]["name"]]["measure"]["name"]] for part in ("numerator", "denominator")
            )
            found[name] = Metric(above.table, f"{above.expression} / nullif({below.expression}, 0)")
        else:
            found[name] = measures[parts["measure"]["name"]]
    return found


def read_models(target: Path = TARGET) -> dict[str, Model]:
    """The marts and audits by name; their keys are those that tests hold."""
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = {
        node["unique_id"]: Model(node["unique_id"], node["fqn"][-2], node["config"]["meta"].get("example"))
        for node in nodes.values()
        if node["resource_type"] == "model" and node["access"] == "public"
    }
    for node in nodes.values():
        test, model = node.get("test_metadata"), models.get(node.get("attached_node") or "")
        if model and test and test["name"] == "sound":
            model.key = tuple(test["kwargs"]["key"])
    return {nodes[unique_id]["name"]: model for unique_id, model in models.items()}


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Starts a process that no Ctrl+C reaches: dbt would show a traceback. `run_dbt` ends it instead."""
    ours = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.Popen(command, env=environment)
    finally:
        signal.signal(signal.SIGINT, ours)


def _environment(database: Path, memory: str | None) -> dict[str, str]:
    """Ours, without the variables by which other dbt projects steer theirs (DBT_PROFILES_DIR, DBT_TARGET_PATH, …)."""
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("DBT_")}
    # Named as in a plain `dbt build` from here: dbt parses everything anew when this variable changes.
    is_default = Path.cwd() == ROOT and database == Settings.model_fields["database"].default
    environment |= {"NOVOED_DATABASE": "" if is_default else str(database.absolute())}
    return environment | ({"NOVOED_MEMORY": memory} if memory else {})
