"""A run as a whole: kills, two at once, refused keys, failing data sets, secrets, options, messages."""

from __future__ import annotations

import base64
import gzip
import logging
import os
import random
import signal
import subprocess
import sys
import time
import traceback
import urllib.parse
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from extracting import START, every, held, landed, platform, run, settings_for, stamp, table
from loader.api.client import open_http
from loader.errors import AccessRefused, AlreadyRunning, ExtractIncomplete, LoaderError, UsageError
from loader.extract.coverage import read_coverage
from loader.extract.ledger import FILE_NAME, Ledger, read_ledger
from loader.extract.run import Listener
from loader.settings import Settings
from novoed.cli import app
from novoed.job import fetch
from playground.platform.behavior import KEY, SECRET, Behavior
from playground.platform.faults import Faults
from playground.platform.server import StandIn

TABLES = {
    "users": table("users", every(timedelta(hours=5), 150)),
    "enrollments": table("enrollments", every(timedelta(hours=3), 120)),
}
SMALL = Behavior(page_cap=12, smallest_share=0.8, limits=None)


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings from outside, and an empty folder as the current one."""
    for name in [name for name in os.environ if name.startswith("NOVOED_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def environment(server: StandIn, landing: Path, **more: str) -> dict[str, str]:
    return {
        "NOVOED_API_URL": server.url,
        "NOVOED_OAUTH_URL": server.oauth_url,
        "NOVOED_API_KEY": KEY,
        "NOVOED_API_SECRET": SECRET,
        "NOVOED_LANDING": str(landing),
        **more,
    }


def assert_only_whole_files(landing: Path) -> None:
    """Whatever has its final name is a complete gzip file that ends in a whole record."""
    for file in landing.rglob("*.csv.gz"):
        if not file.name.startswith("."):
            assert gzip.decompress(file.read_bytes()).endswith(b"\n")


@pytest.mark.parametrize("seed", range(4))
def test_kill_at_random_moments_then_run_again(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    landing = tmp_path / "landing"
    with platform(TABLES, SMALL, Faults(slow=1.0, slow_seconds=0.01)) as server:
        for _ in range(2):
            before = sum(server.calls.values())
            process = subprocess.Popen(
                [sys.executable, "-m", "novoed", "extract"],
                env={**os.environ, **environment(server, landing)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            deadline = time.monotonic() + 20
            calls = before + dice.randint(1, 18)
            while sum(server.calls.values()) < calls and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.001)
            time.sleep(dice.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert_only_whole_files(landing)
            if landing.exists():
                read_coverage(landing)
        assert run(server, landing).failures == []
        for name in TABLES:
            assert set(landed(landing, name)) == held(server, name)
        assert not list(landing.rglob("*.part"))


class Crash(BaseException):
    """Stands for the machine going away."""


@pytest.mark.parametrize("point", ["before the rename", "after the rename", "before the record", "after the record"])
@pytest.mark.parametrize("nth", [1, 2, 9])
def test_a_crash_at_any_step_of_landing_a_page_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, nth: int
) -> None:
    count = 0

    def crashing(original: Callable[..., object], when: str) -> Callable[..., object]:
        def step(*args: object, **kwargs: object) -> object:
            nonlocal count
            if when == point.split()[0]:
                count += 1
            if count == nth and when == "before":
                raise Crash
            result = original(*args, **kwargs)
            if count == nth and when == "after":
                raise Crash
            return result

        return step

    with platform({"users": TABLES["users"]}, SMALL) as server, monkeypatch.context() as patch:
        if point.endswith("rename"):
            patch.setattr(Path, "rename", crashing(Path.rename, point.split()[0]))
        else:
            patch.setattr(Ledger, "record", crashing(Ledger.record, point.split()[0]))
        with pytest.raises(Crash):
            run(server, tmp_path, "users")
        patch.undo()
        assert_only_whole_files(tmp_path)
        claimed = read_coverage(tmp_path)["users"].covered
        here = {row[-2] for row in landed(tmp_path, "users")}
        for row in held(server, "users"):
            moment = datetime.fromisoformat(row[-2])
            assert row[-2] in here or not any(i.after < moment <= i.until for i in claimed), "never claims too much"
        assert run(server, tmp_path, "users").failures == []
        assert set(landed(tmp_path, "users")) == held(server, "users")


def test_a_second_extract_says_so_and_stops(tmp_path: Path) -> None:
    with platform(TABLES, SMALL) as server:
        errors: set[str] = set()  # pages of several data sets come at once

        class Intruder(Listener):
            def page(self, *_: object) -> None:
                with pytest.raises(AlreadyRunning) as caught:
                    run(server, tmp_path)
                errors.add(str(caught.value))

        assert run(server, tmp_path, listener=Intruder()).failures == []
        assert errors == {
            f"Another extract is at work on {tmp_path} (process {os.getpid()}). Nothing was done; wait for it to end."
        }
        assert set(landed(tmp_path, "users")) == held(server, "users")


def test_a_data_set_that_fails_is_named_and_the_others_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform(TABLES, SMALL) as server:
        page = server.shelf.page

        def broken(data_set: str, *args: Any) -> Any:
            if data_set == "users":
                raise RuntimeError  # the stand-in drops the connection
            return page(data_set, *args)

        monkeypatch.setattr(server.shelf, "page", broken)
        outcome = run(server, tmp_path)
        assert len(outcome.failures) == 1
        assert outcome.failures[0].startswith("users: the connection broke off")
        assert "tried 7 times" in outcome.failures[0]
        assert set(landed(tmp_path, "enrollments")) == held(server, "enrollments")
        assert read_coverage(tmp_path)["users"].gaps
        assert server.calls["users"] == 7


def test_what_keeps_several_data_sets_from_coming_is_said_once(tmp_path: Path) -> None:
    with platform(TABLES, Behavior(status=404, limits=None)) as server:
        failures = run(server, tmp_path, "users", "courses").failures
    assert failures == ["users, courses: the API answered with status 404. Check NOVOED_API_URL."]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_run_at_once(tmp_path: Path, status: int) -> None:
    with (
        platform(TABLES, Behavior(status=status, limits=None)) as server,
        pytest.raises(AccessRefused, match=f"status {status}"),
    ):
        run(server, tmp_path)
    assert sum(server.calls.values()) <= 10


def test_the_limits_hold_against_a_platform_that_counts(tmp_path: Path) -> None:
    class Clock(Listener):
        def __init__(self) -> None:
            self.now = time.time()
            self.said: list[str] = []

        def sleep(self, seconds: float) -> None:
            self.now += seconds

        def say(self, text: str) -> None:
            self.said.append(text)

    clock = Clock()
    with platform({"users": TABLES["users"]}, SMALL) as server:
        run(server, tmp_path, "users", listener=clock, limits={60: 10}, sleep=clock.sleep, clock=lambda: clock.now)
        assert server.calls["users"] > 10
    assert clock.now - time.time() > 55
    assert "the 10 calls per minute that the platform allows are used up" in clock.said[0]


def test_oauth_works_and_tokens_cost_nothing(tmp_path: Path) -> None:
    with platform(TABLES, Behavior(page_cap=12, token_seconds=1, limits=None)) as server:
        for _ in range(2):
            assert run(server, tmp_path, auth="oauth").failures == []
            server.tokens.clear()
        assert set(landed(tmp_path, "users")) == held(server, "users")
        assert server.token_calls >= 2
        with read_ledger(tmp_path) as ledger:
            assert ledger is not None
            spans = ledger.store.rows("select request_count from spans")
        assert [row["request_count"] for row in spans] == [sum(server.calls.values())]


def test_secrets_are_nowhere(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    key, secret = "CANARY/key+1=", "CANARY&secret 2%"
    seen: list[str] = []
    with platform(
        TABLES, Behavior(page_cap=12, limits=None, key=key, secret=secret), Faults(storm=0.1, html=0.1)
    ) as server:
        monkeypatch.setattr("loader.extract.stop.Stop.sleep", lambda *_: None)
        for name, value in environment(server, tmp_path / "l", NOVOED_API_KEY=key, NOVOED_API_SECRET=secret).items():
            monkeypatch.setenv(name, value)
        for auth in ("basic", "oauth"):
            for status in (200, 401, 404):
                monkeypatch.setenv("NOVOED_AUTH", auth)
                server.behavior = Behavior(page_cap=12, limits=None, key=key, secret=secret, status=status)
                result = CliRunner().invoke(app, ["extract"])
                seen.append(result.output)
                if result.exc_info and result.exc_info[0] is not SystemExit:
                    seen += [*traceback.format_exception(*result.exc_info), repr(result.exception)]
                    chain = result.exception.__context__ if result.exception else None
                    seen += [repr(chain), str(vars(chain)) if chain else ""]
        tokens = [*server.tokens, *server.refresh_tokens]
        assert tokens
        assert set(landed(tmp_path / "l", "users")) == held(server, "users")
    seen += [*capsys.readouterr(), caplog.text, repr(Settings()), str(Settings().model_dump())]
    everything = "\n".join(seen).encode() + b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    everything += b"".join(str(p).encode() for p in tmp_path.rglob("*"))
    everything += b"".join(gzip.decompress(p.read_bytes()) for p in tmp_path.rglob("*.csv.gz"))
    for canary in [key, secret, f"{key}:{secret}", *tokens]:
        for form in (
            canary.encode(),
            base64.b64encode(canary.encode()).rstrip(b"="),
            urllib.parse.quote(canary, safe="").encode(),
            urllib.parse.quote_plus(canary).encode(),
        ):
            assert form not in everything
    assert b"CANARY" not in everything


def test_an_interrupt_ends_the_run_and_keeps_what_was_fetched(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    with platform(TABLES, SMALL, Faults(slow=1.0, slow_seconds=0.2)) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "novoed", "extract"],
            env={**os.environ, **environment(server, landing)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 20
        while sum(server.calls.values()) < 14 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 130
        assert "Interrupted. What was fetched is landed and on record" in errors
        assert "Traceback" not in errors
        assert list(landing.rglob("*.csv.gz"))


@pytest.mark.parametrize(
    ("most", "message"),
    [
        (
            1 << 14,
            "The record of what was extracted, {landing}/.extract.sqlite, cannot be used: disk I/O error. What was",
        ),
        (
            1 << 18,
            "The landing folder {landing} cannot be written: File too large. Check who owns it, and the space left",
        ),
    ],
)
def test_a_full_disk_is_named_as_the_cause_and_what_was_fetched_stays(tmp_path: Path, most: int, message: str) -> None:
    """Files of at most so many bytes stand for the space left: less than the record takes, or than a page."""
    landing = tmp_path / "landing"
    columns, rows = table("users", every(timedelta(minutes=1), 12_000))
    dice = random.Random(0)
    rows = [
        [dice.randbytes(20).hex() if column == "bio" else cell for column, cell in zip(columns, row, strict=True)]
        for row in rows
    ]
    script = (
        "import resource; from novoed import cli;"
        f" resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most})); cli.main()"
    )
    # what coverage writes would not fit either
    uncovered = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    with platform({"users": (columns, rows)}, Behavior(limits=None)) as server:
        found = subprocess.run(
            [sys.executable, "-c", script, "extract", "--data-set", "users"],
            env=uncovered | environment(server, landing),
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 1, found.stdout + found.stderr
        assert found.stderr.startswith(f"novoed: {message.format(landing=landing)}")
        assert len(found.stderr.splitlines()) == 1
        assert_only_whole_files(landing)
        assert not list(landing.rglob("*.part"))
        assert run(server, landing, "users").failures == []
        assert set(landed(landing, "users")) == held(server, "users")


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        (["--data-set", "people"], {}, "There is no data set people; there are users, courses"),
        (["--since", "2024-02-01", "--until", "2024-01-01"], {}, "--since 2024-02-01T00:00:00Z lies after --until"),
        (["--since", "2999-01-01"], {}, "lies after the present moment"),
        (["--since", "yesterday"], {}, "--since takes an ISO 8601 date or timestamp"),
        (["--until", "2024-13-01"], {}, "--until takes an ISO 8601 date or timestamp"),
        (["--until", "2001-01-01"], {}, "NOVOED_BACKFILL_START 2012-01-01T00:00:00Z lies after 2001-01-01"),
        ([], {"NOVOED_BACKFILL_START": "2024"}, "NOVOED_BACKFILL_START: .*ISO 8601"),
        ([], {"NOVOED_API_SECRET": ""}, "Not set: NOVOED_API_SECRET"),
        ([], {"NOVOED_API_URL": "http://api.example/{data_set}"}, "NOVOED_API_URL must begin with https://"),
        ([], {"NOVOED_AUTH": "oauth", "NOVOED_OAUTH_URL": "http://a.example/"}, "NOVOED_OAUTH_URL must begin with"),
        ([], {"NOVOED_AUTH": "magic"}, "NOVOED_AUTH"),
    ],
)
def test_wrong_usage_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], variables: dict[str, str], message: str
) -> None:
    defaults = {
        "NOVOED_API_URL": "https://api.example/{data_set}",
        "NOVOED_API_KEY": "k",
        "NOVOED_API_SECRET": "s",
        "NOVOED_LANDING": str(tmp_path / "landing"),
    }
    for name, value in {**defaults, **variables}.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["extract", *arguments])
    assert isinstance(result.exception, UsageError)
    assert result.exception.exit_status == 2
    with pytest.raises(UsageError, match=message):
        raise result.exception
    assert not (tmp_path / "landing").exists()


def test_an_env_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    with platform(TABLES, SMALL) as server:
        Path(".env").write_text(f"NOVOED_API_SECRET={SECRET}\n")
        Path(".env").chmod(0o644)
        with pytest.raises(UsageError, match="chmod 600"):
            run(server, tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


def test_real_people_do_not_land_beside_the_sample(tmp_path: Path) -> None:
    (tmp_path / ".sample-institution").write_text("made up")
    with platform(TABLES, SMALL) as server, pytest.raises(UsageError, match="made-up and real people would mix"):
        fetch(settings_for(server, tmp_path))
    assert not server.calls


def test_a_dry_run_prints_the_plan_and_asks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with platform(TABLES, SMALL) as server:
        settings = settings_for(server, tmp_path / "landing")
        fetch(settings, until="2024-06-01", is_dry_run=True)
        assert not server.calls
        assert not (tmp_path / "landing").exists()
        printed = capsys.readouterr().out
        assert "Plan, newest data first, until 2024-06-01T00:00:00Z:" in printed
        assert "users: at least 3 calls: 2012-01-01T00:00:00Z to 2024-06-01T00:00:00Z" in printed
        run(server, tmp_path / "landing")
        fetch(settings, ["users"], is_dry_run=True)
        overlap = stamp(START + timedelta(hours=5 * 149) - timedelta(hours=7))
        assert f"users: about 3 calls at the density of what was fetched: {overlap}" in capsys.readouterr().out


def test_the_command_shows_what_it_did_and_fails_with_a_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = {"users": table("users", [START] * 30 + every(timedelta(days=1), 10, START + timedelta(days=5)))}
    with platform(tables, Behavior(page_cap=8, limits=None)) as server:
        with pytest.raises(
            ExtractIncomplete, match=r"Not everything could be fetched\.\n  users: the 8 rows"
        ) as caught:
            fetch(settings_for(server, tmp_path), ["users"])
        assert caught.value.exit_status == 1
        printed = capsys.readouterr().out
        assert "Plan, newest data first" in printed
        assert "rows in" in printed


def test_a_record_that_is_damaged_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is no database" * 100)
    with platform(TABLES, SMALL) as server, pytest.raises(LoaderError, match="move it away"):
        run(server, tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "landing").write_text("a file")
    with (
        platform(TABLES, SMALL) as server,
        pytest.raises(LoaderError, match=r"The landing folder .* cannot be written"),
    ):
        run(server, tmp_path / "landing")


def test_certificates_are_verified_and_redirects_not_followed() -> None:
    with open_http("https://api.example/{data_set}") as http:
        assert http.follow_redirects is False
        transport = http._transport
        assert isinstance(transport, httpx.HTTPTransport)
        context = transport._pool._ssl_context
        assert context is not None
        assert context.check_hostname
        assert context.verify_mode.name == "CERT_REQUIRED"
