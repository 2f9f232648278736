"""What a contributor relies on: the hosted CI runs what `make test` runs, the hooks use the locked tools."""

from __future__ import annotations

import re
import tomllib

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
    (script,) = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line.startswith("make ")]
    assert script == "make test"


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
