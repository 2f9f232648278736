"""A build on Spark without Java ends in one sentence, before Spark is started."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from dbt_common.exceptions import DbtRuntimeError

import dbt_novoed


@pytest.fixture
def no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("NOVOED_SPARK_METHOD", raising=False)


def start(target: str, monkeypatch: pytest.MonkeyPatch, command: str = "build") -> None:
    """As dbt starts with a target."""
    monkeypatch.setattr(dbt_novoed, "get_flags", lambda: SimpleNamespace(TARGET=target, WHICH=command))
    for plugin in dbt_novoed.plugins:
        plugin(project_name="novoed_warehouse")


@pytest.mark.usefixtures("no_java")
def test_spark_on_this_machine_needs_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DbtRuntimeError, match="Java is not there, and Spark runs on it: install Java 17 or newer"):
        start("spark", monkeypatch)
    start("local", monkeypatch)
    start("spark", monkeypatch, command="parse")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to("/bin/true")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    start("spark", monkeypatch)
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    start("spark", monkeypatch)


@pytest.mark.usefixtures("no_java")
def test_a_cluster_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVOED_SPARK_METHOD", "thrift")
    start("spark", monkeypatch)
