"""A var of dbt_project.yml that cannot be meant stops the build with one sentence that names it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from conftest import ROOT, Warehouse

REFUSED: dict[str, dict[str, object]] = {
    "a text where a list is asked for": {"excluded_email_domains": "novoed.com"},
    "a domain with @": {"excluded_email_domains": ["@novoed.com"]},
    "a domain with a blank": {"excluded_email_domains": ["novoed.com "]},
    "a domain with something invisible": {"excluded_email_domains": ["novoed.com\u200b"]},
    "a domain with *": {"excluded_email_domains": ["*.novoed.com"]},
    "an empty domain": {"excluded_email_domains": [""]},
    "a share above 1": {"watch_threshold": 95},
    "a share of 0": {"watch_threshold": 0},
    "a number as text": {"watch_threshold": "0.9"},
    "true for a number": {"watch_threshold": True},
    "no such time zone": {"reporting_timezone": "Berlin"},
    "days below 0": {"never_started_after_days": -1},
    "days with a fraction": {"silent_after_days": 30.5},
    "a number for an attribute": {"metric_attribute": 7},
    "an attribute that is no column's name": {"metric_attribute": "Cost center"},
    "no attribute": {"metric_course_attribute": ""},
    "a number of people as text": {"item_min_respondents": "ten"},
    "people below 0": {"min_group_size": -5},
    "another attempt": {"item_attempt": "best"},
    "a list for a text": {"item_attempt": ["first"]},
    "a text for a list of types": {"single_choice_question_types": "Single choice"},
    "a blank type": {"single_choice_question_types": [" "]},
    "a text for a list of formats": {"timestamp_formats": "%m/%d/%Y"},
    "a format that strptime does not know": {"timestamp_formats": ["%m/%d/%Y %K"]},
    "a format without a directive": {"timestamp_formats": ["MM/DD/YYYY"]},
    "two orders of day and month": {"timestamp_formats": ["%d/%m/%Y %H:%M", "%-m/%-d/%Y"]},
    "an order of day and month that is not that of ISO dates": {"timestamp_formats": ["%Y-%d-%m"]},
    "words for a moment": {"as_of": "yesterday"},
    "a day that the calendar does not have": {"as_of": "2026-02-30"},
    "an hour that the day does not have": {"as_of": "2026-02-28T24:00:00"},
    "nothing for a number": {"min_group_size": None},
    "a misspelled name": {"watch_treshold": 0.9},
}  # fmt: skip
MEANT: dict[str, dict[str, object]] = {
    "none": {},
    "every one": {
        "as_of": "2026-01-31T18:00:00.5+02:00", "reporting_timezone": "America/New_York", "watch_threshold": 1,
        "excluded_email_domains": ["novoed.com", "bücher.example"], "never_started_after_days": 0,
        "silent_after_days": 0, "item_attempt": "last", "item_min_respondents": 0, "min_group_size": 0,
        "metric_attribute": "cost_center", "metric_course_attribute": "2nd_träger",
        "single_choice_question_types": ["Single choice"], "timestamp_formats": ["%-d.%-m.%y %H:%M 100%%"],
    },
    "orders of day and month that nothing fits both of": {
        "timestamp_formats": ["%d.%m.%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%m/%d/%Y %H:%M", "%b %d %Y"],
    },
    "empty lists": {"excluded_email_domains": [], "single_choice_question_types": [], "timestamp_formats": []},
}  # fmt: skip
CHECK_ALL = """
import json, sys
from dbt.cli.main import dbtRunner
quiet = ["--log-level", "none", "--log-level-file", "none"]
manifest = dbtRunner().invoke([*quiet, "parse"]).result
said = {}
for name, given in json.load(sys.stdin).items():
    told = []
    note = lambda event: told.append(event.data.exc) if event.info.name == "RunningOperationCaughtError" else None
    dbt = dbtRunner(manifest, callbacks=[note])
    success = dbt.invoke([*quiet, "run-operation", "check_vars", "--vars", json.dumps(given)]).success
    said[name] = None if success else "".join(told)
json.dump(said, sys.stderr)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The project without its models: its settings, and the macros that check them."""
    folder = tmp_path_factory.mktemp("vars") / "it's [one] of two*"  # a path is data
    shutil.copytree(ROOT / "macros", folder / "macros")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, folder)
    return Warehouse(folder)


@pytest.fixture(scope="module")
def said(project: Warehouse) -> dict[str, str | None]:
    """What the check says of each choice of vars; None where it takes them."""
    run = project.tool("python", "-c", CHECK_ALL, text=json.dumps(REFUSED | MEANT))
    assert run.returncode == 0, run.stderr
    spoken: dict[str, str | None] = json.loads(run.stderr)
    return spoken


@pytest.mark.parametrize("choice", REFUSED)
def test_what_cannot_be_meant_is_refused_in_one_sentence(choice: str, said: dict[str, str | None]) -> None:
    [name] = REFUSED[choice]
    message = said[choice]
    assert message is not None
    sentence, in_macro = message.removeprefix(
        "Compilation Error in macro check_vars (macros/check_vars.sql)\n  "
    ).split("\n", 1)
    assert in_macro.lstrip().startswith("> in macro check_vars")
    assert sentence.startswith((f"The var {name} takes ", f"The var {name} has ", f"There is no var {name}. ")), (
        sentence
    )


@pytest.mark.parametrize("choice", MEANT)
def test_what_can_be_meant_is_taken(choice: str, said: dict[str, str | None]) -> None:
    assert said[choice] is None


def test_a_misspelled_var_of_the_project_file_is_refused(project: Warehouse) -> None:
    settings = project.folder / "dbt_project.yml"
    check = ("run-operation", "check_vars")
    assert project.dbt(*check, project=project.folder).returncode == 0
    right = settings.read_text(encoding="utf-8")
    settings.write_text(right.replace('  as_of: ""\n', '  as_of: ""\n  watch_treshold: 0.9\n'), encoding="utf-8")
    run = project.dbt(*check, project=project.folder)
    settings.write_text(right, encoding="utf-8")
    assert run.returncode != 0
    assert "There is no var watch_treshold." in run.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("excluded_email_domains", "novoed.com"),
        ("excluded_email_domains", "null"),
        ("single_choice_question_types", "5"),
        ("timestamp_formats", "true"),
        ("as_of", "yesterday"),
    ],
)
def test_nothing_is_built_with_a_var_that_cannot_be_meant(warehouse: Warehouse, name: str, value: str) -> None:
    before = warehouse.database.stat().st_mtime_ns
    run = warehouse.dbt("build", "--select", "dim_courses", "--vars", f"{{{name}: {value}}}")
    assert run.returncode != 0
    assert f"The var {name} takes " in run.stdout
    assert warehouse.database.stat().st_mtime_ns == before


def test_memory_is_an_amount(project: Warehouse) -> None:
    limit = ("run-operation", "set_memory_limit")
    meant = replace(project, settings={"NOVOED_MEMORY": "1.5 GiB"})
    assert meant.dbt(*limit, project=project.folder).returncode == 0
    run = replace(project, settings={"NOVOED_MEMORY": "50%"}).dbt(*limit, project=project.folder)
    assert run.returncode != 0
    assert "NOVOED_MEMORY takes an amount of memory such as 2GB or 1.5GiB, not 50%.\n" in run.stdout
