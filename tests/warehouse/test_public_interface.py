"""What analysts rely on is described, listed and public, and Python and dbt know the same ten data sets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import duckdb
import pytest
import yaml

from conftest import ROOT, Warehouse
from loader.catalog import ATTRIBUTE_SETS, DATA_SETS

DESCRIBED = {"staging", "marts", "audit"}
LOADER_COLUMNS = ["_source_file", "_source_row", "_loaded_at"]
PUBLIC = {"marts", "audit"}
# audit reads every layer
UNREADABLE = {
    "staging": {"intermediate", "marts", "audit"},
    "intermediate": {"marts", "audit"},
    "marts": {"staging", "audit"},
}
Node = dict[str, object]


@pytest.fixture(scope="module")
def manifest(warehouse: Warehouse) -> dict[str, dict[str, dict[str, object]]]:
    run = warehouse.dbt("parse", "--quiet")
    assert run.returncode == 0, run.stdout
    parsed: dict[str, dict[str, dict[str, object]]] = json.loads((warehouse.target / "manifest.json").read_text())
    return parsed


def models(manifest: dict[str, dict[str, Node]]) -> Iterator[Node]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def columns(node: Node) -> dict[str, Node]:
    listed = node["columns"]
    assert isinstance(listed, dict)
    return listed


def built_columns(warehouse: Warehouse) -> dict[tuple[str, str], list[str]]:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns()"
            " where not internal group by all"
        ).fetchall()
    return {(schema, table): names for schema, table, names in rows}


def test_every_public_column_is_listed_and_described(
    warehouse: Warehouse, manifest: dict[str, dict[str, Node]]
) -> None:
    problems = []
    described = {(str(node["schema"]), str(node["name"])): node for node in models(manifest)}
    built = built_columns(warehouse)
    arrived = {table: names for (schema, table), names in built.items() if schema == "raw"}
    for (schema, table), names in built.items():
        if schema not in DESCRIBED:
            continue
        node = described.get((schema, table))
        if node is None:
            problems.append(f"{schema}.{table} is no model")
            continue
        listed = columns(node)
        if table.endswith("_versions"):  # beside its own columns it has those of its staging model
            names = [name for name in names if name not in built[schema, table.removesuffix("_versions")]]
        elif table.startswith("stg_novoed__question_set_"):  # whatever else the file has stays, under its own name
            names = [
                name for name in names if name in listed or name not in arrived[table.removeprefix("stg_novoed__")]
            ]
        if not str(node["description"]).strip():
            problems.append(f"{schema}.{table} has no description")
        if schema != "staging" and not re.match(r"One row (per|with)\b", str(node["description"])):
            problems.append(f"the description of {schema}.{table} does not open with its grain")
        problems += [f"{schema}.{table}.{name} is not in its yml" for name in names if name not in listed]
        problems += [f"{schema}.{table}.{name} is in the yml, not in the table" for name in listed if name not in names]
        problems += [f"{schema}.{table}.{name} has no description"
                     for name, column in listed.items() if not str(column["description"]).strip()]  # fmt: skip
    assert not problems, "\n".join(problems)


def test_every_described_model_is_built(warehouse: Warehouse, manifest: dict[str, dict[str, Node]]) -> None:
    built = built_columns(warehouse)
    missing = [f"{node['schema']}.{node['name']}" for node in models(manifest)
               if (str(node["schema"]), str(node["name"])) not in built]  # fmt: skip
    assert not missing


def test_access_follows_the_schema_and_marts_keep_their_contract(manifest: dict[str, dict[str, Node]]) -> None:
    for node in models(manifest):
        config = node["config"]
        assert isinstance(config, dict)
        assert (node["access"] == "public") is (node["schema"] in PUBLIC), node["name"]
        assert config["contract"]["enforced"] is (node["schema"] == "marts"), node["name"]


def test_data_flows_one_way(manifest: dict[str, dict[str, Node]]) -> None:
    """Nothing in intermediate reads a mart, nothing in marts reads staging; only audit reads every layer."""
    backwards = []
    for node in models(manifest):
        depends_on = node["depends_on"]
        assert isinstance(depends_on, dict)
        for parent in depends_on["nodes"]:
            schema = "raw" if parent.startswith("source.") else str(manifest["nodes"].get(parent, {}).get("schema"))
            skips = schema == "raw" and node["schema"] not in {"staging", "audit"}
            if skips or schema in UNREADABLE.get(str(node["schema"]), set()):
                backwards.append(f"{node['schema']}.{node['name']} reads {schema}.{parent.rpartition('.')[2]}")
    assert not backwards, "\n".join(backwards)


@pytest.mark.parametrize(
    ("name", "is_meant"),
    [
        ("assert_staff_is_in_no_mart", lambda column: column == "user_id"),
        ("assert_ratios_lie_between_zero_and_one", lambda column: column.endswith("_ratio")),
    ],
)
def test_a_test_of_the_marts_looks_at_every_mart_that_it_speaks_of(
    name: str, is_meant: Callable[[str], bool], manifest: dict[str, dict[str, Node]]
) -> None:
    depends_on = manifest["nodes"][f"test.novoed_warehouse.{name}"]["depends_on"]
    assert isinstance(depends_on, dict)
    meant = {
        str(node["unique_id"])
        for node in models(manifest)
        if node["schema"] == "marts" and any(is_meant(column) for column in columns(node))
    }
    assert meant <= set(depends_on["nodes"])


def test_no_column_is_described_twice_in_the_same_words() -> None:
    """What two columns have in common is a doc block in models/docs.md."""
    described: dict[str, list[str]] = {}
    for path in sorted([*(ROOT / "models").rglob("*.yml"), *(ROOT / "seeds").rglob("*.yml")]):
        parsed = yaml.safe_load(path.read_text(encoding="utf-8"))
        sources = [table for source in parsed.get("sources", []) for table in source["tables"]]
        for table in [*parsed.get("models", []), *parsed.get("seeds", []), *sources]:
            for column in table.get("columns", []):
                words = " ".join(column.get("description", "").split())
                if words and not words.startswith("{{ doc("):
                    described.setdefault(words, []).append(f"{table['name']}.{column['name']}")
    repeated = {words: places for words, places in described.items() if len(places) > 1}
    assert not repeated


def test_every_public_model_is_on_the_overview_page(manifest: dict[str, dict[str, Node]]) -> None:
    page = (ROOT / "models" / "overview.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\(#!/model/(model\.[\w.]+)\)", page))
    assert linked == {str(node["unique_id"]) for node in models(manifest) if node["access"] == "public"}


def test_the_catalog_the_dictionary_and_the_sources_agree(
    warehouse: Warehouse, manifest: dict[str, dict[str, Node]]
) -> None:
    run = warehouse.dbt("compile", "--quiet", "--inline", "{{ tojson(novoed_dictionary()) }}")
    assert run.returncode == 0, run.stdout
    dictionary = json.loads(run.stdout)
    sources = {str(source["name"]): source for source in manifest["sources"].values()}
    assert set(dictionary) == set(DATA_SETS)
    assert {name for name in sources if not name.startswith("_")} == {*DATA_SETS, *ATTRIBUTE_SETS}
    for name, attribute_set in ATTRIBUTE_SETS.items():
        assert list(columns(sources[name])) == [*attribute_set.columns, *LOADER_COLUMNS], name
    for name, data_set in DATA_SETS.items():
        assert list(columns(sources[name])) == [*data_set.columns, *LOADER_COLUMNS], name
        staged = {source: to for source, _, to in dictionary[name]["columns"]}
        assert set(dictionary[name]["optional_key"]) <= set(dictionary[name]["key"]), name
        assert dictionary[name]["key"] == [staged[column] for column in data_set.key], name
        if data_set.key:
            assert set(staged) == set(data_set.columns), name
            assert staged[data_set.updated_column] == "updated_at", name


def test_sources_are_described_and_their_age_is_watched(manifest: dict[str, dict[str, Node]]) -> None:
    for source in manifest["sources"].values():
        name = str(source["name"])
        assert str(source["description"]).strip(), name
        assert all(str(column["description"]).strip() for column in columns(source).values()), name
        if name in DATA_SETS:
            freshness = source["freshness"]
            assert isinstance(freshness, dict)
            assert source["loaded_at_field"] == "_loaded_at", name
            assert freshness["warn_after"]["period"] == "hour", name
            hours = timedelta(hours=freshness["warn_after"]["count"])
            assert hours == 2 * DATA_SETS[name].cadence + timedelta(days=1), name


def test_freshness_can_be_asked(warehouse: Warehouse) -> None:
    run = warehouse.dbt("source", "freshness")
    assert run.returncode == 0, run.stdout
    asked = json.loads((warehouse.target / "sources.json").read_text())["results"]
    assert {result["unique_id"].rpartition(".")[2]: result["status"] for result in asked} == dict.fromkeys(
        DATA_SETS, "pass"
    )
