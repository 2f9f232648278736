"""The metrics run in MetricFlow, equal the marts, and give the numbers that their cards work out by hand."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Iterable

import duckdb
import pytest

from conftest import ROOT, Warehouse
from novoed.dbt import read_metrics
from novoed.screen.headline import HEADLINE, read_headline

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("dbt_metricflow") is None,
    reason="MetricFlow is not installed: pip install -e '.[metrics]'",
)

CARDS = [
    "completion_ratio",
    "completion_with_leavers_ratio",
    "withdrawal_ratio",
    "on_time_completion_ratio",
    "overdue_learners",
    "overdue_learners_in_open_courses",
    "at_risk_learners",
    "at_risk_ratio",
    "fulfillment_ratio",
    "median_days_to_complete",
    "completion_velocity_ratio",
    "active_learners",
]
Rows = list[dict[str, str]]


def metricflow(warehouse: Warehouse, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs `mf` on this warehouse; it looks for a project with `target/` inside."""
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, warehouse.folder / name)
    return warehouse.tool("mf", *arguments)


def query(warehouse: Warehouse, metrics: Iterable[str], group_by: str | None = None, *arguments: str) -> Rows:
    out = warehouse.folder / "answer.csv"
    out.unlink(missing_ok=True)
    if group_by:
        arguments = ("--group-by", group_by, *arguments)
    run = metricflow(warehouse, "query", "--metrics", ",".join(metrics), *arguments, "--csv", str(out))
    assert out.is_file(), run.stdout + run.stderr
    with out.open(newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float:
    """An empty count is none."""
    return float(text or 0)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The people that the cards speak of, loaded and built."""
    built = Warehouse(tmp_path_factory.mktemp("example"))
    shutil.copytree(ROOT / "tests" / "fixtures" / "metric_example", built.landing)
    for run in (
        built.novoed("load"),
        built.dbt("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test",
                  "--vars", "as_of: 2024-04-01T00:00:00Z"),
    ):  # fmt: skip
        assert run.returncode == 0, f"{run.args}\n{run.stdout[-6000:]}{run.stderr[-2000:]}"
    return built


def cards() -> dict[str, str]:
    """The metric cards of the overview page, by metric."""
    page = (ROOT / "models" / "overview.md").read_text(encoding="utf-8")
    section = page.split("## Metric cards")[1].split("\n## ")[0]
    return dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", section, re.DOTALL | re.MULTILINE))


def test_every_metric_has_a_description_and_every_card_its_parts() -> None:
    assert list(cards()) == CARDS
    yml = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "models" / "semantic").glob("*.yml"))
    for name, card in cards().items():
        parts = re.findall(r"^- ([A-Z][a-z ]+):", card, re.MULTILINE)
        assert parts == ["Formula", "Kind and grain", "Who is in it", "Left out", "Example"], name
        assert re.search(rf"^  - name: {name}\n    label: .*\n    description: ", yml, re.MULTILINE), name


def test_examples_on_the_cards_come_out(example: Warehouse) -> None:
    months = {"2024-01": "January 2024", "2024-02": "February 2024"}
    found = query(example, CARDS, "metric_time__month", "--start-time", "2024-01-01", "--end-time", "2024-02-29")
    answers = {months[row["metric_time__month"][:7]]: row for row in found}
    for name, card in cards().items():
        said = re.findall(r"(January|February) 2024: [^;]*?\*\*([\d.]+|none)\*\*", card)
        assert [month for month, _ in said] == ["January", "February"], name
        for month, value in said:
            answer = answers[f"{month} 2024"][name]
            if value == "none":
                assert answer == "", (name, month)
                continue
            decimals = len(value.partition(".")[2])
            assert round(number(answer), decimals) == float(value), (name, month)


def test_a_period_without_enrollments_has_no_velocity(example: Warehouse) -> None:
    [march] = query(example, ["completions", "completion_velocity_ratio"], "metric_time__month",
                    "--start-time", "2024-03-01", "--end-time", "2024-03-31")  # fmt: skip
    assert number(march["completions"]) == 2
    assert march["completion_velocity_ratio"] == ""


def test_a_split_by_an_attribute_shows_those_without_it_apart(example: Warehouse) -> None:
    """Sales: Ada and Ben; IT: Cem, and Dia who has not completed; without a department: Gil, Fay who has not, and Eve
    who left. Hal is a mentor."""
    metrics = ["learners", "enrolled_learners", "completion_ratio", "withdrawn_learners", "enrollments"]
    found = query(example, metrics, "person__attribute")
    assert {row["person__attribute"]: [number(row[name]) for name in metrics] for row in found} == {
        "Sales": [2, 2, 1, 0, 2],
        "IT": [2, 2, 0.5, 0, 2],
        "": [2, 2, 0.5, 1, 3],
    }


def test_the_parts_of_a_split_add_up_to_the_whole(warehouse: Warehouse) -> None:
    """Every metric can be split; of those that count, the parts are the whole: nobody is lost and nobody is twice.

    Who learns in courses of two programs is in both, so people are added up by their own attribute alone."""
    manifest = json.loads((warehouse.target / "semantic_manifest.json").read_text(encoding="utf-8"))
    aggregates = {one["name"]: one["agg"] for model in manifest["semantic_models"] for one in model["measures"]}
    counting = {
        metric["name"]: aggregates[metric["type_params"]["measure"]["name"]]
        for metric in manifest["metrics"]
        if metric["type"] == "simple"
    }
    metrics = [metric["name"] for metric in manifest["metrics"]]
    [whole] = query(warehouse, metrics)
    by_person = query(warehouse, metrics, "person__attribute")
    by_course = query(warehouse, metrics, "course__attribute")
    assert len({row["person__attribute"] for row in by_person} & {"Sales", "Finance", ""}) == 3
    assert len({row["course__attribute"] for row in by_course} & {"Leadership", "Compliance"}) == 2
    added_up = {name for name, aggregate in counting.items() if aggregate in ("sum", "count_distinct")}
    assert {"learners", "active_learners", "enrollments", "completions", "at_risk_learners"} <= added_up
    for name in added_up:
        assert sum(number(row[name]) for row in by_person) == number(whole[name]) > 0, name
        if counting[name] == "sum":
            assert sum(number(row[name]) for row in by_course) == number(whole[name]), name


def test_the_configuration_is_valid_on_the_warehouse(warehouse: Warehouse) -> None:
    run = metricflow(warehouse, "validate-configs")
    assert run.returncode == 0, run.stdout + run.stderr
    said = re.findall(r"\(ERRORS: (\d+), FUTURE_ERRORS: (\d+), WARNINGS: (\d+)\)", run.stdout + run.stderr)
    assert len(said) >= 5, "the warehouse was not asked"
    assert set(said) == {("0", "0", "0")}, run.stdout


def test_metrics_by_course_and_month_are_the_marts(warehouse: Warehouse) -> None:
    metrics = [
        *("completion_ratio", "completion_with_leavers_ratio", "withdrawal_ratio", "on_time_completion_ratio"),
        *("overdue_learners", "at_risk_learners", "fulfillment_ratio"),
    ]
    by_course = {int(row["course"]): [row[name] for name in metrics] for row in query(warehouse, metrics, "course")}
    by_month = {
        row["metric_time__month"][:7]: number(row["completion_ratio"])
        for row in query(warehouse, ["completion_ratio"], "metric_time__month")
        if row["metric_time__month"]
    }
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        courses = connection.execute(
            "select course_id, completion_ratio, completion_with_leavers_ratio, withdrawal_ratio,"
            " on_time_completion_ratio, overdue_learner_count, at_risk_learner_count, mean_fulfillment_ratio"
            " from marts.fct_course_completions where enrolled_learner_count > 0"
        ).fetchall()
        cohorts = connection.execute(
            "select strftime(cohort_month, '%Y-%m'), sum(completed_learner_count) / sum(enrolled_learner_count)"
            " from marts.fct_completion_cohorts group by 1 having sum(enrolled_learner_count) > 0"
        ).fetchall()
    assert len(courses) > 20
    for course, *expected in courses:
        for name, ours, theirs in zip(metrics, by_course[course], expected, strict=True):
            assert (ours == "") == (theirs is None), (course, name)
            assert number(ours) == pytest.approx(theirs or 0), (course, name)
    assert len(cohorts) > 12
    assert {month: pytest.approx(ratio) for month, ratio in cohorts}.items() <= by_month.items()


def test_the_headline_on_the_screen_is_what_metricflow_answers(warehouse: Warehouse) -> None:
    [answer] = query(warehouse, HEADLINE)
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        figures = read_headline(connection, read_metrics(HEADLINE, warehouse.target), None)
    shown = {figure.name: figure.now for figure in figures}
    for metric, name in HEADLINE.items():
        assert shown[name], name
        assert float(answer[metric]) == pytest.approx(shown[name]), metric
