"""README and docs keep their word: every command and query in them is run, every name in them is one.

`make` is asked what it would do, as what it does is what the other tests are about.
"""

from __future__ import annotations

import configparser
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import typer.main
import yaml
from dbt.cli.main import cli as dbt
from typer.testing import CliRunner

from conftest import DBT_SETTINGS, ROOT, Warehouse
from loader.errors import LoaderError
from loader.settings import PREFIX, Settings
from novoed import cli

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "DECISIONS.md", *sorted(ROOT.glob("docs/*.md"))]
PAGES += sorted(ROOT.glob("models/**/*.md"))

NOT_RUN = {
    "uv pip compile": "asks a package index",
    "dbt build --target spark": "needs Java; tests/spark runs it",
    "novoed publish --from spark": "publishes what the line before it built",
    "novoed sample --out data/academy": "takes the full size; test_sample.py writes smaller ones",
    "novoed serve": "stays at work until it is interrupted; test_serve.py talks to it",
}
"""Beginnings of commands, and why they are not run here."""

MAY_FIND_SOMETHING = {"novoed doctor"}
"""Commands whose exit status says how the machine is."""

SHIMS = {
    "make": f"""#!/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin exec make --dry-run --silent -C "{ROOT}" "$@"
""",
    "duckdb": f"""#!{sys.executable}
import sys, duckdb
readonly, file, query = sys.argv[1:]
assert readonly == "-readonly"
print(duckdb.connect(file, read_only=True).sql(query))
""",
}
"""Stand in for what a machine has: DuckDB's command line as far as it is used, a make that says what it would do."""

ELSEWHERE = {"NOVOED_REFERENCE_SEEDS"}
"""Settings of other programs of the project."""


@dataclass(frozen=True)
class Block:
    """A block of code in a page."""

    page: Path
    kind: str
    text: str

    @property
    def commands(self) -> list[str]:
        """Those of a `sh` block, a line each; in the place of what is not run nothing is done."""
        return [
            line if not any(line.strip().startswith(start) for start in NOT_RUN) else ":"
            for line in self.text.strip().splitlines()
        ]


BLOCKS = [
    Block(page, kind, text)
    for page in PAGES
    for kind, text in re.findall(r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
]


def blocks(kind: str) -> list[object]:
    return [
        pytest.param(block, id=f"{block.page.name}:{' '.join(block.text.split())[:40]}")
        for block in BLOCKS
        if block.kind == kind
    ]


@pytest.fixture(scope="module")
def home(warehouse: Warehouse, published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the repository's root after `make`."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "data/published").mkdir(parents=True)
    (folder / "data/landing").symlink_to(warehouse.landing)
    (folder / "data/novoed.duckdb").symlink_to(warehouse.database)
    (folder / "data/published/novoed.duckdb").symlink_to(published)
    (folder / ".env.example").write_bytes((ROOT / ".env.example").read_bytes())
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "bin").mkdir()
    for name, text in SHIMS.items():
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o700)
    return folder


@pytest.fixture(autouse=True)
def there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setenv("PATH", f"{home / 'bin'}:{home / '.venv/bin'}:{os.environ['PATH']}")


@pytest.mark.parametrize("block", blocks("sql"))
def test_a_query_runs(block: Block) -> None:
    with duckdb.connect("data/published/novoed.duckdb", read_only=True) as connection:
        connection.execute(block.text)


def test_the_readme_has_ten_queries_that_find_something() -> None:
    queries = [block.text for block in BLOCKS if block.page.name == "README.md" and block.kind == "sql"]
    assert len(queries) == 10
    with duckdb.connect("data/published/novoed.duckdb", read_only=True) as connection:
        assert [query for query in queries if not connection.execute(query).fetchall()] == []


@pytest.mark.parametrize("block", blocks("sh"))
def test_a_command_runs(block: Block) -> None:
    if {command.split()[0] for command in block.commands} <= {"novoed", ":"}:
        for command in block.commands:
            if command == ":":
                continue
            result = CliRunner().invoke(cli.app, shlex.split(command, comments=True)[1:])
            assert not isinstance(result.exception, LoaderError), result.exception
            assert result.exit_code in ((0, 1) if command in MAY_FIND_SOMETHING else (0,)), result.output
        return
    run = subprocess.run(
        ["bash", "-euc", "\n".join(block.commands)], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("block", blocks("python"))
def test_a_program_runs(block: Block) -> None:
    exec(compile(block.text, block.page.name, "exec"), {})


@pytest.mark.parametrize("block", blocks("yaml"))
def test_a_job_is_one(block: Block) -> None:
    (job,) = yaml.safe_load(block.text)["jobs"].values()
    assert "make" in [step.get("run") for step in job["steps"]]


@pytest.mark.parametrize("block", blocks("ini"))
def test_a_unit_is_one(block: Block) -> None:
    unit = configparser.ConfigParser()
    unit.read_string(block.text)
    assert "Description" in unit["Unit"]


def test_every_kind_of_block_is_looked_at() -> None:
    assert {block.kind for block in BLOCKS} <= {"", "sql", "sh", "python", "yaml", "ini", "cron"}
    assert {start for start in NOT_RUN if not any(start in block.text for block in BLOCKS)} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(
        r"`(?:\.venv/bin/)?((?:novoed|make|dbt) [^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    )
    assert [name for name in named if not is_command(name.replace("\n", " "))] == []
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | DBT_SETTINGS | ELSEWHERE
    assert set(re.findall(r"\bNOVOED_[A-Z_]*[A-Z]\b", text)) - settings == set()
    links = re.findall(r"\]\((?!https?:|#|\?)([^)#]+)", text)
    written = {"dictionary.html", "../report/index.html"}  # by make docs, make report
    assert [link for link in links if link not in written and not (page.parent / link).exists()] == []


def is_command(text: str) -> bool:
    """Whether the program has such a command, with such options."""
    program, *words = re.sub(r"[\[\]…|\\]", " ", text).split()
    if program == "make":
        targets = re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return all(word in targets for word in words[: words.index("&&") if "&&" in words else None] if "=" not in word)
    if program == "dbt":
        return words[0] in dbt.commands
    app = typer.main.get_command(cli.app)
    command = getattr(app, "commands", {}).get(words[0], app if words[0].startswith("--") else None)
    options = {option for parameter in getattr(command, "params", []) for option in parameter.opts}
    return command is not None and {word for word in words if word.startswith("--")} <= options | {"--help"}
