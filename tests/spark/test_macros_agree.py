"""Every macro that tells the engines apart answers alike on both, on the values that engines like to read differently.

A model per macro in tests/spark/macros, of the macro's name, run once on each engine.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from spark.awkward import macro_cases
from spark.engines import ENGINES, ROOT, Build

pytestmark = pytest.mark.spark

PROJECT = Path(__file__).parent / "macros"
MODELS = sorted(path.stem for path in PROJECT.glob("models/*.sql"))
FAILING = {
    "stopped_with": r"it's 50% of \1, said İ",
    "persist_constraints": "never_null",
}
"""Models that must fail, and what they must say."""
TESTED_ELSEWHERE = {
    "finished_build_record": "test_what_spark_built_is_published compares the record",
    "get_empty_schema_sql": "the contract of every mart; persist_constraints has a text, too",
    "has_loaded": "decides whether the record knows the files that were loaded",
    "prepare_engine": "without ANSI mode what cannot be cast would be NULL; without schema raw there is no build",
    "replaced_table": "makes the record of the build",
    "spark__safe_cast": "casts the rows of dbt's unit tests",
    "set_memory_limit": "is DuckDB's alone",
    "text_list": "what each_of is given here, and the record of the build",
    "to_org_admin_role": "one of the types of cast_column",
    "view": "intermediate and staging models are compared as the tables it makes",
}
"""Macros that tell the engines apart and are have no model here, and what tests them."""


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    build = Build(tmp_path_factory.mktemp("macros"), macro_cases(), PROJECT)
    with ThreadPoolExecutor() as side_by_side:
        for run in [side_by_side.submit(build.run, "run", target) for target in ENGINES]:
            assert run.result().returncode == 1, run.result().stdout[-6000:]
    return build


@pytest.mark.parametrize("target", ENGINES)
def test_nothing_fails_but_what_must(target: str, build: Build) -> None:
    results = json.loads((build.folder / target / "run_results.json").read_text())["results"]
    said = {
        result["unique_id"].split(".")[-1]: result["message"]
        for result in results
        if result["unique_id"].startswith("model.") and result["status"] != "success"
    }
    assert said.keys() == FAILING.keys(), said
    for model, sentence in FAILING.items():
        assert sentence in said[model]


@pytest.mark.parametrize("macro", [model for model in MODELS if model not in FAILING])
def test_both_engines_answer_alike(macro: str, build: Build) -> None:
    with duckdb.connect(str(build.database), read_only=True) as connection:
        differing = build.differences(connection, "macros", macro)
        assert not differing, "\n".join(differing)
        answers = connection.execute(f"select count(columns(*)) from macros.{macro}").fetchone()
    assert answers
    assert all(answers), f"{macro}: a column has no answer at all"


def test_no_macro_that_tells_the_engines_apart_is_forgotten() -> None:
    apart = {
        path.stem
        for path in ROOT.glob("macros/*.sql")
        if re.search(r"adapter\.(dispatch|type)\(|macro spark__|adapter='spark'", path.read_text(encoding="utf-8"))
    }
    assert apart <= {*MODELS} | TESTED_ELSEWHERE.keys()
    assert TESTED_ELSEWHERE.keys() <= apart - {*MODELS}
