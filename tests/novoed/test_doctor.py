"""What `doctor` says of each thing that it looks at, well and not, and that it never prints a secret."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from extracting import every, platform, table
from hand_built import change, make_warehouse
from loader.disk import locked
from loader.warehouse.database import at_work_on
from novoed import cli, doctor
from playground.platform.behavior import KEY, SECRET, Behavior
from playground.platform.server import StandIn
from publisher.publish import publish

DATABASE, PUBLISHED = Path("data/novoed.duckdb"), Path("data/published/novoed.duckdb")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with no settings but the defaults."""
    for name in [name for name in os.environ if name.startswith("NOVOED_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def examined() -> dict[str, list[tuple[str, str]]]:
    """Verdict and text of each line, by subject; the exit status must fit them."""
    result = CliRunner().invoke(cli.app, ["doctor"])
    *lines, last = result.output.splitlines()
    found: dict[str, list[tuple[str, str]]] = {}
    for line in lines:
        verdict, _, rest = line.partition(" ")
        subject, _, text = rest.strip().partition(": ")
        found.setdefault(subject, []).append((verdict, text))
    to_do = sum(verdict == "do" for told in found.values() for verdict, _ in told)
    assert result.exit_code == (1 if to_do else 0), result.output
    assert last.startswith(f"{to_do} thing" if to_do else "Nothing is to be done.")
    return found


def build(*statements: str) -> None:
    DATABASE.parent.mkdir()
    make_warehouse(DATABASE)
    change(
        DATABASE,
        "create table audit.repeated_enrollments (user_id bigint, institution_id bigint, course_id bigint)",
        *statements,
    )


def test_a_fresh_machine_is_well_and_is_told_what_comes_next() -> None:
    found = examined()
    assert {subject: [verdict for verdict, _ in told] for subject, told in found.items()} == {
        "Python": ["ok"],
        "packages": ["ok"],
        "settings": ["ok"],
        "permissions": ["ok"],
        "disk": ["ok"],
        "locks": ["ok"],
        "CSV files": ["note"],
        "database": ["note"],
        "published": ["note"],
        "API": ["note"],
    }
    assert list(Path().iterdir()) == [], "nothing is made"
    ((_, key),) = found["API"]
    for who in ("an Org Admin of your organization", "customer success manager", "Support Team (hello@novoed.com)"):
        assert who in key


def test_a_built_and_published_warehouse_is_well() -> None:
    build()
    publish(DATABASE, PUBLISHED)
    Path("data/landing/users").mkdir(parents=True)
    Path("data/landing/users/a.csv").write_text("user_id,institution_id\n1,1\n")
    found = examined()
    assert found["CSV files"] == [("ok", "1 CSV file of 1 data set in data/landing")]
    assert found["database"] == [("ok", "data/novoed.duckdb, built 2026-01-31 09:01 UTC")]
    assert found["people"] == [("ok", "nobody is enrolled twice in a course")]
    ((verdict, text),) = found["published"]
    assert verdict == "ok"
    assert text.startswith("data/published/novoed.duckdb, of 20")


def test_a_python_that_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PYTHONS", ((2, 7), (3, 10)))
    ((verdict, text),) = examined()["Python"]
    assert verdict == "do"
    assert text.endswith(" is not one of 2.7 to 3.10. Remove .venv, then: make PYTHON=python3.10")


def test_packages_of_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        "[project]\ndependencies = ['duckdb<1', 'no-such-package', 'rich>=1', 'gone; python_version < \"3\"']"
    )
    ((verdict, text),) = examined()["packages"]
    assert verdict == "do"
    assert text == (
        f"duckdb is {duckdb.__version__}, not <1; no-such-package is not installed. Remove .venv, then: make"
    )


def test_every_unknown_setting_is_named_and_the_rest_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVOED_DATABSE", "SECRET-TEXT")
    Path(".env").write_text("NOVOED_API_KEYS=SECRET-TEXT\n")
    found = examined()
    assert found["settings"] == [
        ("do", "There is no setting NOVOED_DATABSE. Did you mean NOVOED_DATABASE? Rename it or take it away."),
        ("do", "There is no setting NOVOED_API_KEYS in .env. Did you mean NOVOED_API_KEY? Rename it or take it away."),
    ]
    assert "disk" in found
    assert "SECRET-TEXT" not in str(found)


def test_settings_are_named_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVOED_PUBLISHED_KEEP", "5")
    Path(".env").write_text("NOVOED_AUTH=oauth\n")
    assert examined()["settings"] == [("ok", "NOVOED_AUTH, NOVOED_PUBLISHED_KEEP (.env is read)")]
    monkeypatch.setenv("NOVOED_PUBLISHED_KEEP", "SECRET-TEXT")
    found = examined()
    assert found["settings"][0][0] == "do"
    assert "Settings that cannot be used: NOVOED_PUBLISHED_KEEP: " in found["settings"][0][1]
    assert found["all else"] == [("note", "was not looked at: it depends on the settings")]
    assert "SECRET-TEXT" not in str(found)


def test_folders_and_files_that_this_account_must_not_use(monkeypatch: pytest.MonkeyPatch) -> None:
    build()
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    monkeypatch.setenv("NOVOED_LANDING", "data/novoed.duckdb/landing")
    told = [text for verdict, text in examined()["permissions"] if verdict == "do"]
    folder = Path("data").absolute()
    assert told == [
        f"the landing folder, data/novoed.duckdb/landing, cannot be: {folder}/novoed.duckdb is a file",
        f"the folder of the database, {folder}, cannot be written by this account; check who owns {folder}",
        f"the folder of the published file, {folder}/published, cannot be written by this account; check who owns"
        f" {folder}",
        "data/novoed.duckdb cannot be opened by this account; check who owns it",
    ]


def test_a_disk_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12 - 2**29, 2**29))
    ((verdict, text),) = examined()["disk"]
    assert verdict == "do"
    assert text == (
        "0.5 GiB free in the landing folder, data/landing; a build and a publication want 1.0. Make room, or move it to"
        " another disk"
    )


def test_who_is_at_work() -> None:
    Path("data/landing").mkdir(parents=True)
    Path("data/published").mkdir()
    with (
        at_work_on(DATABASE),
        locked(Path("data/landing/.extract.lock"), ""),
        locked(Path("data/published/.novoed.duckdb.lock"), ""),
    ):
        me = f"(process {os.getpid()}); wait for it to end"
        assert examined()["locks"] == [
            ("do", f"a run is at work on data/novoed.duckdb {me}"),
            ("do", f"an extract is at work on data/landing {me}"),
            ("do", f"a publish is at work on data/published/novoed.duckdb {me}"),
        ]
    assert examined()["locks"] == [("ok", "no run, extract or publish is at work")]


def test_who_has_a_file_open() -> None:
    build()
    publish(DATABASE, PUBLISHED)
    script = "import duckdb; a, b = map(duckdb.connect, {0!r}); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script.format([str(DATABASE), str(PUBLISHED)])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        other.stdout.readline()
        found = examined()
        other.communicate("\n")
    for subject, path in (("database", DATABASE), ("published", PUBLISHED)):
        ((verdict, text),) = found[subject]
        assert verdict == "do"
        assert f"{path} is in use by process {other.pid}" in text
    assert "people" not in found


def test_files_that_are_not_read() -> None:
    for number in range(12):
        path = Path(f"data/landing/users/{number:02}.xlsx")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    told = examined()["CSV files"]
    assert [verdict for verdict, _ in told] == 11 * ["do"] + ["note"]
    assert told[0][1].startswith("users/00.xlsx")
    assert told[10][1] == "and 2 more; `novoed load` names all"


def test_a_database_and_a_published_file_that_are_none() -> None:
    PUBLISHED.parent.mkdir(parents=True)
    for path in (DATABASE, PUBLISHED):
        path.write_text("not a database " * 100)
    found = examined()
    ((verdict, text),) = found["database"]
    assert verdict == "do"
    assert text.startswith("data/novoed.duckdb is not a DuckDB database. Move it away")
    ((verdict, text),) = found["published"]
    assert verdict == "do"
    assert text.endswith("Move it away, then publish again.")


def test_a_build_that_did_not_end_well() -> None:
    build("update reference.build_record set result = 'failed', failed_nodes = ['fct_enrollments']")
    assert examined()["database"] == [
        ("do", "The last dbt build failed: fct_enrollments. Mend what dbt says, run `dbt build` again, then publish.")
    ]


def test_a_database_that_lacks_a_table_is_a_line() -> None:
    build("drop table raw._files cascade")
    found = examined()
    ((verdict, text),) = found["database"]
    assert verdict == "do"
    assert text.startswith("The database data/novoed.duckdb cannot be used: ")
    assert "API" in found


def test_people_who_are_enrolled_twice_in_a_course() -> None:
    build("insert into audit.repeated_enrollments values (1, 1, 7), (1, 1, 8), (2, 1, 7), (1, 2, 7)")
    ((verdict, text),) = examined()["people"]
    assert verdict == "do"
    assert text.startswith("people with more than one enrollment in a course: 3, in 2 of the courses")
    change(DATABASE, "drop table audit.repeated_enrollments")
    ((verdict, _),) = examined()["people"]
    assert verdict == "note"


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A platform, and the settings for it."""
    with platform({"user_org_roles": table("user_org_roles", every(timedelta(hours=1), 3))}, Behavior()) as running:
        use(monkeypatch, API_URL=running.url, OAUTH_URL=running.oauth_url, API_KEY=KEY, API_SECRET=SECRET)
        yield running


def use(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"NOVOED_{name}", value)


def api() -> tuple[str, str]:
    """Verdict and text of its line; no secret is in any."""
    found = examined()
    assert not [secret for secret in (KEY, SECRET, "SECRET-TEXT") if secret in str(found)]
    (told,) = found["API"]
    return told


@pytest.mark.parametrize("auth", ["basic", "oauth"])
def test_the_api_is_asked_once_and_that_counts(auth: str, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, AUTH=auth)
    assert api() == ("ok", "it answers and takes the key")
    assert stand_in.calls == {"user_org_roles": 1}
    assert {path.name for path in Path("data/landing").iterdir()} == {".extract.sqlite"}
    monkeypatch.setenv("NOVOED_API_SECRET", "SECRET-TEXT")
    verdict, text = api()
    assert verdict == "do"
    assert "refused the key with status 40" in text
    assert "Check that NOVOED_API_KEY and NOVOED_API_SECRET are right and complete" in text


def test_an_api_that_does_not_answer_well_is_asked_once(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in.behavior = replace(stand_in.behavior, status=503)
    assert api() == ("do", "user_org_roles: the API answered with status 503.")
    assert stand_in.calls == {"user_org_roles": 1}
    use(monkeypatch, API_URL="http://127.0.0.1:9/{data_set}")
    assert api() == ("do", "user_org_roles: no connection to the API. Check NOVOED_API_URL and the network.")


def test_calls_that_are_used_up_are_not_waited_for(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loader.extract.attempt.LIMITS", {3600: 1})
    assert api()[0] == "ok"
    verdict, text = api()
    assert verdict == "do"
    assert text.startswith("It was not asked: the calls that the platform allows are used up for 3,")
    assert stand_in.calls == {"user_org_roles": 1}


def test_credentials_that_are_not_whole_or_not_private(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("NOVOED_API_URL=https://127.0.0.1:9/{data_set}\nNOVOED_API_KEY=SECRET-TEXT\n")
    verdict, text = api()
    assert verdict == "do"
    assert text.startswith("The credentials are incomplete. Not set: NOVOED_API_SECRET.")
    monkeypatch.setenv("NOVOED_API_SECRET", "SECRET-TEXT")
    Path(".env").chmod(0o644)
    verdict, text = api()
    assert verdict == "do"
    assert text.endswith("Run: chmod 600 .env")


def test_what_cannot_be_listed_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(landing: Path) -> None:
        raise PermissionError(13, "Permission denied", str(landing))

    monkeypatch.setattr(doctor, "walk_landing", refuse)
    assert examined()["CSV files"] == [("do", "data/landing: Permission denied; check who owns it")]
