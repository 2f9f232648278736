"""The stand-in behaves as the API is documented to, and its faults are the announced ones."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from conftest import ROOT
from extracting import START, every, platform, stamp, table
from loader.catalog import DATA_SETS
from loader.errors import UsageError
from loader.settings import Settings
from novoed.cli import app
from playground.academy import write_sample
from playground.platform.behavior import KEY, SECRET, Behavior
from playground.platform.command import PLACES
from playground.platform.faults import Faults, parse_faults
from playground.platform.server import StandIn
from playground.platform.shelf import Quirks, shelf_of_landing

USERS = {"users": table("users", every(timedelta(hours=1), 20))}


def ask(server: StandIn, after: datetime | None, until: datetime | None) -> httpx.Response:
    bounds = {"updated_after": after, "updated_before": until}
    return httpx.get(
        server.url.replace("{data_set}", "users"),
        params={name: stamp(moment) for name, moment in bounds.items() if moment},
        auth=(KEY, SECRET),
        trust_env=False,
    )


def moments(answer: httpx.Response) -> list[str]:
    rows = list(csv.DictReader(answer.text.splitlines()))
    return [row["record_updated_date"] for row in rows]


def test_newest_first_after_exclusive_before_inclusive_and_capped() -> None:
    with platform(USERS, Behavior(page_cap=5)) as server:
        hour = timedelta(hours=1)
        assert moments(ask(server, START, START + 3 * hour)) == [stamp(START + n * hour) for n in (3, 2, 1)]
        assert len(moments(ask(server, START - hour, START + 19 * hour))) == 5
        assert moments(ask(server, None, None)) == [], "without updated_after it is the last seven days"


def test_page_sizes_vary() -> None:
    with platform(USERS, Behavior(page_cap=10, smallest_share=0.5)) as server:
        sizes = {len(moments(ask(server, START, START + timedelta(days=9)))) for _ in range(40)}
        assert sizes == set(range(5, 11))


def test_limits_answer_503_with_retry_after() -> None:
    with platform(USERS, Behavior(limits={60: 3})) as server:
        answers = [ask(server, START, START) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 503]
        assert 50 <= int(answers[-1].headers["Retry-After"]) <= 61


def test_wrong_keys_and_unknown_data_sets_are_turned_away() -> None:
    with platform(USERS, Behavior()) as server:
        assert httpx.get(server.url.replace("{data_set}", "users"), trust_env=False).status_code == 401
        assert httpx.get(server.url.replace("{data_set}", "people"), trust_env=False).status_code == 404
        assert httpx.post(server.oauth_url, data={"grant_type": "password"}, trust_env=False).status_code == 401


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        ("storm", 503, ""),
        ("throttle", 429, ""),
        ("error", 500, ""),
        ("timeout", 504, ""),
        ("html", 200, "<!D"),
        ("json", 200, "{"),
    ],
)
def test_faults_that_answer(fault: str, status: int, start: str) -> None:
    with platform(USERS, Behavior(), parse_faults([f"{fault}=1"], seed=0)) as server:
        answer = ask(server, START, None)
        assert answer.status_code == status
        assert answer.text.startswith(start)


@pytest.mark.parametrize("fault", ["reset", "cut"])
def test_faults_that_break_off(fault: str) -> None:
    with platform(USERS, Behavior(), parse_faults([f"{fault}=1"], seed=0)) as server:
        broken = 0
        for _ in range(12):
            try:
                text = ask(server, START, None).text
            except httpx.TransportError:
                broken += 1
            else:
                broken += not text.endswith("\n")
        assert broken >= 6


def test_quirks() -> None:
    quirks = Quirks(hidden_fractions=True, new_column=True)
    with platform(USERS, Behavior(), quirks=quirks) as server:
        answer = ask(server, START - timedelta(hours=1), START)
        assert moments(answer) == [], "what prints as 09:00:00 lies after 09:00:00"
        assert answer.text == ",".join([*USERS["users"][0], "brand_new"]) + "\n"
        assert moments(ask(server, START, START + timedelta(seconds=1))) == [stamp(START)]


def test_a_landing_folder_is_served_whole(tmp_path: Path) -> None:
    counts = write_sample(tmp_path, learners=20, seed=3)
    with shelf_of_landing(tmp_path) as shelf:
        for name in DATA_SETS:
            served = shelf.count(name) + shelf.unreadable[name]
            assert served <= counts[name]
            assert served >= counts[name] * 0.95, "only exact repetitions are left out"


def test_the_command_prints_settings_that_work(tmp_path: Path) -> None:
    write_sample(tmp_path / "academy", learners=20, seed=3)
    process = subprocess.Popen(
        [sys.executable, "-m", "novoed", "serve", "--from", "academy", "--port", "0", "--fault", "cut=0.1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        exports: dict[str, str] = {}
        for line in process.stdout:
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").strip().partition("=")
                exports[name] = value.strip("'")
            if "Ctrl+C" in line:
                break
        assert set(exports) == {"NOVOED_API_URL", "NOVOED_OAUTH_URL", "NOVOED_API_KEY", "NOVOED_API_SECRET"}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("NOVOED_")}
        done = subprocess.run(
            [sys.executable, "-m", "novoed", "extract"],
            cwd=tmp_path,
            env={**clean, **exports},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert list((tmp_path / "data/landing/users").rglob("*.csv.gz"))
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        process.stdout.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "nowhere"], r"--from nowhere is not a folder\. Make one with: novoed sample"),
        (["--from", ".", "--fault", "fire=1"], r"--fault takes NAME=AMOUNT; the names are storm, throttle"),
        (["--from", ".", "--fault", "cut=often"], r"--fault cut takes a number"),
    ],
)
def test_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["serve", *arguments])
    with pytest.raises(UsageError, match=message):
        raise result.exception or AssertionError


def test_rows_that_move_jump_to_the_newest_end() -> None:
    with platform(USERS, Behavior(), Faults(moves=1.0)) as server:
        before = datetime.now(UTC) - timedelta(seconds=1)
        rows = moments(ask(server, START - timedelta(hours=1), datetime.now(UTC) + timedelta(days=1)))
        assert len(rows) == 20
        assert datetime.fromisoformat(rows[0]) >= before


def test_the_recipe_in_the_docs_keeps_what_is_fetched_apart() -> None:
    """So that it works in a folder in which `make` has made the sample."""
    assert f"\n{PLACES}\n" in (ROOT / "docs" / "extract.md").read_text(encoding="utf-8")
    assert f"NOVOED_LANDING={Settings.model_fields['landing'].default} " not in PLACES
