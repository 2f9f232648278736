"""What a contributor relies on: the hosted CI runs what `make test` runs, the hooks use the locked tools."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import yaml

from conftest import ROOT


def test_the_hosted_ci_calls_make_test_and_nothing_else() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make test"]
    assert {step["uses"].split("@")[0] for step in job["steps"] if "uses" in step} == {
        "actions/checkout",
        "actions/setup-python",
    }


def test_ci_compares_on_spark_where_there_is_java_and_time(tmp_path: Path) -> None:
    """With a `make` that only says what it is asked for."""
    for name in ("java", "chromium"):
        (tmp_path / name).symlink_to("/bin/true")
    (tmp_path / "dirname").symlink_to(shutil.which("dirname") or "")
    (tmp_path / "make").write_text('#!/bin/sh\necho "make $*"\n')
    (tmp_path / "make").chmod(0o755)

    def ran(seconds: int = 0, stop: str = 'shift 2; exec "$@"') -> list[str]:
        (tmp_path / "timeout").write_text(f"#!/bin/sh\n{stop}\n")
        (tmp_path / "timeout").chmod(0o755)
        script = f"SECONDS={seconds}; . .ci/run"
        run = subprocess.run(
            ["/bin/bash", "-c", script, ".ci/run"],
            cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return run.stdout.splitlines()

    assert ran() == ["make test", "make test-spark"]
    assert ran(541) == [
        "make test",
        "Not compared on Spark: the tests before took 541 seconds, and eleven minutes would not be left.",
    ]
    for status in (124, 137):
        assert ran(stop=f"exit {status}") == [
            "make test",
            "Not compared on Spark to the end: it was not done within CI's time.",
        ]
    (tmp_path / "java").unlink()
    assert ran() == ["make test", "Not compared on Spark: there is no Java."]


def test_the_hosted_ci_tries_the_oldest_python_that_is_supported() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert project["requires-python"] == ">=3.11"


def test_the_hooks_use_the_tools_of_the_environment() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert lint
    linters = {line.split()[0].removeprefix("$(BIN)/") for line in lint[1].splitlines()}
    for hook in hooks[0]["hooks"]:
        assert hook["language"] == "system"
        tool = hook["entry"].split()[0]
        assert tool.removeprefix(".venv/bin/") in linters, f"make lint does not run {tool}"


def test_the_locks_pin_every_package_by_hash_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-report.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        for package in re.split(r"\n(?=\S)", text):
            assert re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:", package, re.DOTALL), package[:60]


def test_one_version_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert yaml.safe_load((ROOT / "dbt_project.yml").read_text())["version"] == version
    assert f"\n## {version}\n" in (ROOT / "CHANGELOG.md").read_text()


def test_what_decides_values_on_spark_reaches_the_session_of_a_server_too() -> None:
    """A Thrift server ignores settings without the prefix, and then its own decide."""
    profile = yaml.safe_load((ROOT / "profiles.yml").read_text())["novoed_warehouse"]["outputs"]["spark"]
    given = profile["server_side_parameters"]
    of_server = {
        name.removeprefix("set:hiveconf:"): value for name, value in given.items() if name.startswith("set:hiveconf:")
    }
    here = {name: value for name, value in given.items() if name in of_server}
    assert of_server == here | {"spark.sql.ansi.enabled": "true"}
    assert {
        "spark.sql.session.timeZone", "spark.sql.timestampType", "spark.sql.decimalOperations.allowPrecisionLoss",
    } <= here.keys()  # fmt: skip
