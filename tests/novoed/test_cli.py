"""The commands as a user meets them: exit statuses, messages, and what is never printed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from conftest import ROOT
from loader.catalog import DATA_SETS
from loader.errors import AlreadyRunning, ExtractIncomplete, HeldBack, LoaderError, UsageError
from loader.settings import Settings
from loader.warehouse.database import at_work_on
from novoed import cli, job
from novoed.screen.console import complain
from novoed.screen.load import LoadReport
from novoed.screen.outcome import show_unloaded
from playground.landing import MARKER, fill_with_sample
from publisher.publish import Published

USERS = "user_id,institution_id,first_name\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with no settings but the defaults."""
    for name in ("API_URL", "API_KEY", "API_SECRET", "LANDING", "DATABASE", "PUBLISHED"):
        monkeypatch.delenv(f"NOVOED_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    # what dbt wrote for the developer stays
    monkeypatch.setattr(job, "forget_results", lambda: None)
    monkeypatch.setattr(job, "ran_out_of_space", lambda: False)
    return tmp_path


@pytest.fixture
def no_dbt(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """dbt is not run, so there is no outcome to tell; the commands that would have been, in words."""
    calls: list[str] = []

    def note(_database: Path, *arguments: str, memory: str | None) -> int:
        calls.append(" ".join(arguments))
        assert memory == os.environ.get("NOVOED_MEMORY")
        return 0

    monkeypatch.setattr(job, "run_dbt", note)
    monkeypatch.setattr(job, "tell_outcome", lambda _settings, report: show_unloaded(report.unloaded))
    return calls


@pytest.fixture
def no_publish(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Nothing is published; the targets that would have been."""
    targets: list[Path] = []

    def note(_database: Path, to: Path, **_: object) -> Published:
        targets.append(to)
        return Published(to)

    monkeypatch.setattr(job, "publish", note)
    return targets


def run(*arguments: str) -> Result:
    """The result, with a LoaderError turned into its exit status as `main` does."""
    result = CliRunner().invoke(cli.app, list(arguments))
    if isinstance(result.exception, LoaderError):
        result.exit_code = result.exception.exit_status
    elif result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def put(name: str, text: str) -> None:
    path = Path("data/landing", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_load_tells_what_it_did_and_shows_no_row() -> None:
    put("users/a.csv", USERS + "1,2,Ann\n3,SECRET-TEXT\n")
    put("users/b.csv", USERS.replace("\n", ",shoe size\n") + "1,2,Bob,44\n")
    put("users/c.csv", "<html>")
    put("userz/d.csv", USERS)
    result = run("load")
    assert result.exit_code == 1
    assert "loaded: users/a.csv: 1 row, 1 rejected (1 too few fields)" in result.output
    assert "loaded: users/b.csv: 1 row; new columns: shoe_size" in result.output
    assert "refused: users/c.csv: it is not a CSV but HTML" in result.output
    assert "not loaded: folder userz/ is not a data set" in result.output
    assert "1 record in 1 file(s) rejected: 1 too few fields." in result.output
    assert "select * from raw._rejects" in result.output
    assert not [text for text in ("SECRET-TEXT", "Ann", "Bob") if text in result.output]


def test_unknown_columns_leave_the_status_0_and_a_second_load_is_quiet() -> None:
    put("users/b.csv", "user_id,institution_id,shoe size\n1,2,44\n")
    assert run("load").exit_code == 0
    again = run("load")
    assert again.exit_code == 0
    assert "loaded: users" not in again.output


def test_a_landing_folder_that_is_not_there() -> None:
    result = run("load")
    assert result.exit_code == 0
    assert "there is no landing folder data/landing yet" in result.output
    assert {data["rows"] for data in json.loads(run("status", "--json").output).values()} == {0}
    given = run("load", "--landing", "nowhere", "--database", "other.duckdb")
    assert given.exit_code == 2
    assert "--landing nowhere is not a folder" in str(given.exception)
    assert not Path("other.duckdb").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("load", "--data-set", "userz"),
        ("extract", "--data-set", "userz"),
        ("load", "--nonsense"),
        ("export", "--to", "x", "--format", "ods"),
        ("export", "--to", "x"),
        ("export", "--to", "x", "--raw", "--format", "parquet"),
        ("export", "--to", "x", "--raw", "--mart", "dim_users"),
        ("sample",),
        ("sample", "--out", "x", "--learners", "0"),
        ("sample", "--out", "x", "--until", "2026-02-30"),
        ("serve", "--from", "nowhere"),
    ],
)
def test_wrong_usage_exits_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
    assert not Path("data").exists()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("extract", ["--data-set NAME", "--since TS", "--until TS"]),
        ("load", ["--landing DIR", "--database FILE", "--data-set NAME", "(NOVOED_LANDING)", "(NOVOED_DATABASE)"]),
        ("status", ["--json"]),
        ("publish", ["--database FILE", "--to FILE", "--accept REASON", "(NOVOED_PUBLISHED)"]),
        ("export", ["--to DIR", "--format <parquet|csv|xlsx>", "--mart NAME", "--raw"]),
        ("sample", ["--out DIR", "--learners N", "--seed S", "--until DATE", "1500", "20240101", "(today)"]),
        ("serve", ["--from DIR", "--port N", "8765"]),
    ],
)
def test_help_shows_the_options_and_their_defaults(command: str, options: list[str]) -> None:
    result = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "200"})
    words = " ".join(result.output.split())
    assert [option for option in options if option not in words] == []


def test_version() -> None:
    assert run("--version").output == f"novoed-warehouse {version('novoed-warehouse')}\n"


def test_completion_knows_the_data_sets() -> None:
    words = {"_NOVOED_COMPLETE": "complete_bash", "COMP_WORDS": "novoed load --data-set lecture", "COMP_CWORD": "3"}
    result = subprocess.run(
        [sys.executable, "-m", "novoed"], env=os.environ | words, capture_output=True, text=True, check=False
    )
    assert result.stdout.split() == ["lecture_pages", "lecture_page_views"]


def test_outside_of_the_environment_one_sentence_says_what_to_run() -> None:
    command = [sys.executable, "-S", "-m", "novoed", "status"]  # without site-packages
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr == ("novoed: this Python lacks typer. Run `make` once, then `source .venv/bin/activate`.\n")


def test_an_output_that_lacks_letters_gets_them_escaped() -> None:
    put("users/ü.csv", USERS + "1,2,Ann\n")
    result = subprocess.run(
        [sys.executable, "-m", "novoed", "load"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert r"loaded: users/\xfc.csv: 1 row" in result.stdout


def test_a_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    put("users/a\x1b[2J.csv", "<html>")
    result = run("load")
    assert r"refused: users/a\x1b[2J.csv: it is not a CSV but HTML" in result.output
    complain("a\x1b[2Jb\nc")
    assert capsys.readouterr().err == "novoed: a\\x1b[2Jb\nc\n"


def test_status_as_json_before_anything_exists() -> None:
    found = json.loads(run("status", "--json").output)
    assert list(found) == list(DATA_SETS)
    assert set(found["users"]) == {"files", "rows", "rejects", "covered", "gaps", "last_load"}


def test_publish_without_marts_exits_1() -> None:
    run("load")
    result = run("publish")
    assert result.exit_code == 1
    assert "Run `dbt build`" in str(result.exception)


def test_export_writes_what_it_can_and_names_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("data/published").mkdir(parents=True)
    with duckdb.connect("data/published/novoed.duckdb") as connection:
        connection.execute("create schema marts; create table marts.dim_a as select 1 as a")
        connection.execute("create table marts.fct_b as select range as b from range(2)")
    monkeypatch.setattr("publisher.sheet.MOST_ROWS", 1)
    result = run("export", "--to", "out", "--format", "xlsx")
    assert result.exit_code == 1
    assert "exported: out/dim_a.xlsx: 1 row\n" in result.output
    assert "not exported: fct_b has 2 rows, a sheet takes 1. Export it with --format parquet or csv." in result.output
    assert run("export", "--to", "out", "--format", "csv").exit_code == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["dim_a.csv", "dim_a.xlsx", "fct_b.csv"]
    assert run("export", "--to", "out", "--format", "csv", "--mart", "fct_c").exit_code == 2


def test_export_raw_tells_what_it_wrote() -> None:
    put("users/a.csv", USERS + "1,2,Ann\n2,2,Bo\n")
    assert run("export", "--raw", "--to", "out").exit_code == 1
    assert run("load").exit_code == 0
    assert "exported to out: 3 rows in 16 new files\n" in run("export", "--raw", "--to", "out").output
    assert "out holds all of schema raw already" in run("export", "--raw", "--to", "out").output
    put("users/a.csv", USERS + "1,2,Ann\n")
    assert run("load").exit_code == 0
    output = run("export", "--raw", "--to", "out").output
    assert "exported to out: 2 rows in 2 new files; 2 files of replaced rows removed\n" in output


def test_docs_names_the_pages_that_it_wrote(monkeypatch: pytest.MonkeyPatch, no_dbt: list[str]) -> None:
    def write_site(_database: Path, _published: Path, to: Path) -> list[Path]:
        return [to, to.with_name("dictionary.html")]

    monkeypatch.setattr("novoed.site.pages.write_site", write_site)
    result = run("docs", "--to", "pages/index.html")
    assert result.exit_code == 0
    assert result.output == "Open it in a browser: pages/index.html\nOpen it in a browser: pages/dictionary.html\n"
    assert no_dbt == ["--log-level error docs generate --static"]
    monkeypatch.setattr(job, "run_dbt", lambda *_, **__: 1)
    result = run("docs")
    assert result.exit_code == 1
    assert "run `make` first, then `make docs`" in str(result.exception)


def small_sample(out: Path) -> dict[str, int]:
    put("users/sample-00001.csv", USERS + "1,2,Ann\n")
    assert out == Path("data/landing")
    return {"users": 1}


@pytest.fixture
def quick_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.landing.write_sample", small_sample)


@pytest.mark.usefixtures("quick_sample")
def test_refresh_makes_the_sample_where_there_is_nothing_and_says_so() -> None:
    result = run("refresh")
    assert result.exit_code == 0
    assert "There are no credentials and no CSV files in data/landing" in result.output
    assert Path("data/landing", MARKER).exists()
    assert "There are no credentials" not in run("refresh").output


@pytest.mark.parametrize("command", ["run", "refresh", "load"])
def test_a_second_job_on_a_database_ends_at_once_and_says_who_is_at_work(command: str) -> None:
    """Also between the parts of the first one, when DuckDB itself lets anybody in."""
    with at_work_on(Path("data/novoed.duckdb")):
        result = run(command)
    assert result.exit_code == 1
    assert result.output == ""
    assert str(result.exception) == (
        f"Another run is at work on data/novoed.duckdb (process {os.getpid()}). Nothing was done; wait for it to end."
    )
    assert [path.name for path in Path("data").iterdir()] == [".novoed.duckdb.lock"]


def test_the_job_holds_the_database_from_load_to_publish(
    monkeypatch: pytest.MonkeyPatch, no_dbt: list[str], no_publish: list[Path]
) -> None:
    put("users/a.csv", USERS + "1,2,Ann\n")
    seen = []

    def probe(name: str) -> None:
        part = getattr(job, name)

        def ask_then_do(*arguments: object, **options: object) -> object:
            with pytest.raises(AlreadyRunning), at_work_on(Path("data/novoed.duckdb")):
                pass
            seen.append(name)
            return part(*arguments, **options)

        monkeypatch.setattr(job, name, ask_then_do)

    for name in ("load_files", "run_dbt", "publish"):
        probe(name)
    assert run("run").exit_code == 0
    assert seen == ["load_files", "run_dbt", "publish"]
    assert (len(no_dbt), len(no_publish)) == (1, 1)


@pytest.mark.usefixtures("quick_sample")
def test_refresh_finishes_a_sample_that_was_cut_off() -> None:
    put(MARKER, "incomplete\n")
    assert "writing a sample" in run("refresh").output


@pytest.mark.usefixtures("quick_sample")
def test_no_sample_beside_rows_whose_files_are_gone() -> None:
    put("users/mine.csv", USERS + "1,2,Ann\n")
    run("load")
    Path("data/landing/users/mine.csv").unlink()
    result = run("refresh")
    assert result.exit_code == 0
    assert "made-up and real people would mix" in result.output
    assert not Path("data/landing", MARKER).exists()


def test_a_database_that_cannot_be_used_ends_the_main_job_before_it_builds(no_dbt: list[str]) -> None:
    put("users/mine.csv", USERS + "1,2,Ann\n")
    Path("data/novoed.duckdb").write_text("not a database " * 100)
    for command in ("load", "refresh", "run"):
        result = run(command)
        assert result.exit_code == 1
        assert "data/novoed.duckdb is not a DuckDB database. Move it away" in str(result.exception)
    assert no_dbt == []


def test_a_folder_that_cannot_be_read_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(landing: Path) -> None:
        raise PermissionError(13, "Permission denied", str(landing))

    monkeypatch.setattr(job, "walk_landing", refuse)
    monkeypatch.setattr("sys.argv", ["novoed", "load"])
    put("users/a.csv", USERS)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    assert capsys.readouterr().err.startswith("novoed: data/landing: Permission denied. Check who owns it")


def test_settings_that_cannot_be_used_are_named_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVOED_BACKFILL_START", "SECRET-TEXT")
    result = run("status")
    assert result.exit_code == 2
    assert str(result.exception) == (
        "Settings that cannot be used: NOVOED_BACKFILL_START: takes an ISO 8601 date or timestamp,"
        " such as 2024-05-31 or 2024-05-31T18:00:00Z"
    )
    Path(".env").write_bytes(b"NOVOED_API_KEY=SECRET-\xff\n")
    result = run("status")
    assert result.exit_code == 2
    assert str(result.exception) == "The settings file .env is not UTF-8 text; save it as UTF-8"


def test_refresh_loads_a_persons_files_without_making_a_sample() -> None:
    put("users/mine.csv", USERS + "1,2,Ann\n")
    result = run("refresh")
    assert "loaded: users/mine.csv: 1 row" in result.output
    assert not Path("data/landing", MARKER).exists()


MIXTURES = {
    "own files beside the sample": (
        [],
        ["sample-00001.csv", "mine.csv"],
        "data/landing holds the sample institution and files of another source, such as users/mine.csv (1 in all)",
        "To have yours alone: `make clean`, then `make`.",
    ),
    "own files beside the sample's rows": (
        ["sample-00001.csv"],
        ["mine.csv"],
        "data/novoed.duckdb holds the sample institution, data/landing files of another source",
        "To have yours alone: `make clean`, then `make`.",
    ),
    "the sample beside own rows": (
        ["mine.csv"],
        ["sample-00001.csv"],
        "data/landing holds the sample institution, data/novoed.duckdb files of another source",
        "To keep what is there, take the sample away: `novoed clean-sample`.",
    ),
}
"""What is mixed → files loaded before, files that lie there, what is said of it and what to do."""


@pytest.mark.parametrize(("loaded", "landed", "said", "advice"), MIXTURES.values(), ids=MIXTURES.keys())
@pytest.mark.parametrize("command", ["load", "refresh", "run"])
def test_made_up_and_real_people_are_never_mixed(
    command: str, loaded: list[str], landed: list[str], said: str, advice: str, no_dbt: list[str]
) -> None:
    for name in loaded:
        put(f"users/{name}", USERS + "1,2,Ann\n")
        assert run("load").exit_code == 0
        Path("data/landing/users", name).unlink()
    for name in landed:
        put(f"users/{name}", USERS + "7,2,Ann\n")
    before = json.loads(run("status", "--json").output)
    result = run(command)
    assert result.exit_code == 2
    assert said in str(result.exception)
    assert f"made-up and real people would mix. Nothing was loaded. {advice} To have both, set" in str(result.exception)
    assert json.loads(run("status", "--json").output) == before
    assert no_dbt == []
    run("clean-sample")
    assert run("load").exit_code == 0, "what the message advises helps"
    assert json.loads(run("status", "--json").output)["users"]["rows"] == 1


def test_a_sample_made_by_hand_loads_beside_nothing_else() -> None:
    assert run("sample", "--out", "data/landing", "--learners", "1", "--until", "2026-10-31").exit_code == 0
    assert run("load").exit_code == 0
    put("users/mine.csv", USERS + "7,2,Ann\n")
    assert run("load").exit_code == 2


@pytest.mark.usefixtures("quick_sample")
def test_attributes_of_real_people_get_no_made_up_people() -> None:
    put("user_attributes/hr.csv", "external_id,department\nE1,Sales\n")
    result = run("refresh")
    assert result.exit_code == 0
    assert "data/landing has attributes of yours alone, and no data set of the platform." in result.output
    assert not Path("data/landing", MARKER).exists()
    status = json.loads(run("status", "--json").output)
    assert (status["user_attributes"]["rows"], status["users"]["rows"]) == (1, 0)
    assert run("extract", "--data-set", "user_attributes").exit_code == 2


def test_attributes_of_real_people_are_not_loaded_beside_a_sample() -> None:
    put("users/sample-00001.csv", USERS + "1,2,Ann\n")
    assert run("load").exit_code == 0
    put("user_attributes/hr.csv", "external_id,department\nE1,Sales\n")
    result = run("load")
    assert result.exit_code == 2
    assert "files of another source, such as user_attributes/hr.csv (1 in all)" in str(result.exception)


@pytest.mark.usefixtures("quick_sample")
def test_credentials_and_sample_do_not_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_sample(Path("data/landing"))
    for name in ("API_URL", "API_KEY", "API_SECRET"):
        monkeypatch.setenv(f"NOVOED_{name}", "https://example.org/{data_set}")
    result = run("refresh")
    assert result.exit_code == 2
    assert "made-up and real people would mix. Run `make clean`" in str(result.exception)


def test_the_main_job_builds_and_publishes_what_could_be_loaded_and_tells_that_not_all_was(
    no_dbt: list[str], no_publish: list[Path]
) -> None:
    put("users/mine.csv", USERS + "1,2,Ann\n")
    put("courses/mine.csv", "<html>")
    result = run("run")
    assert result.exit_code == 1
    assert result.stdout.count("refused: courses/mine.csv") == 2, "when it is read, and when all is done"
    assert "novoed: Built and published, but not everything was loaded" in result.stderr
    assert no_dbt == ["--log-level error --log-level-file warn build --exclude-resource-type unit_test"]
    assert no_publish == [Path("data/published/novoed.duckdb")]


@pytest.mark.usefixtures("no_dbt")
def test_a_build_that_is_held_back_ends_with_why_it_was_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("data/landing/users").mkdir(parents=True)
    Path("data/landing/users/a.csv").write_text("user_id,institution_id\n1,2\n")

    def hold_back(*_: object, accept: list[str], **__: object) -> Published:
        raise HeldBack([f"a sentence, in spite of {accept}"], ["lost_rows"])

    monkeypatch.setattr(job, "publish", hold_back)
    result = run("run", "--accept", "moved_ratio")
    assert result.exit_code == 1
    assert "  a sentence, in spite of ['moved_ratio']\n" in result.stderr
    last = "novoed: Built, not published: held back because of lost_rows, see above."
    assert result.stderr.splitlines()[-1] == last


@pytest.mark.parametrize("command", ["run", "publish"])
def test_a_reason_that_the_gate_does_not_have_is_wrong_usage(command: str, no_publish: list[Path]) -> None:
    result = run(command, "--accept", "lost_row")
    assert result.exit_code == 2
    assert isinstance(result.exception, UsageError)
    assert "There is no reason lost_row to accept; there are empty_data_set, " in str(result.exception)
    assert no_publish == []


def test_a_build_that_fails_publishes_nothing(monkeypatch: pytest.MonkeyPatch, no_publish: list[Path]) -> None:
    put("users/mine.csv", USERS + "1,2,Ann\n")
    put("courses/mine.csv", "<html>")
    monkeypatch.setattr(job, "run_dbt", lambda *_, **__: 2)
    result = run("run")
    assert result.exit_code == 1
    assert result.stdout.count("refused: courses/mine.csv") == 2, "which may be why it fails"
    assert "dbt build ended with the errors above; nothing was published" in str(result.exception)
    monkeypatch.setattr(job, "ran_out_of_space", lambda: True)
    result = run("run")
    assert result.exit_code == 1
    assert str(result.exception) == (
        "dbt build ended because the disk is full; nothing was published, what was published before stays. Make room"
        " where data/novoed.duckdb lies, then run it again."
    )
    assert no_publish == []


@pytest.mark.usefixtures("no_dbt", "no_publish")
def test_rejected_records_alone_fail_load_but_not_the_main_job() -> None:
    """They are named and counted each time that the file is read."""
    for command, expected in (("refresh", 0), ("load", 1), ("run", 0)):
        put("users/mine.csv", USERS + f"1,2,{command}\n3,4\n")
        result = run(command)
        assert result.exit_code == expected, command
        assert "loaded: users/mine.csv: 1 row, 1 rejected (1 too few fields)" in result.output
        assert "1 record in 1 file(s) rejected: 1 too few fields." in result.output


def test_what_lies_there_unread_fails_the_main_job() -> None:
    put("userz/mine.csv", USERS + "1,2,Ann\n")
    assert run("refresh").exit_code == 1


def test_an_extract_that_fails_does_not_keep_back_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_settings: Settings) -> None:
        raise ExtractIncomplete("users: no answer")

    monkeypatch.setattr(job, "fetch", fail)
    for name in ("API_URL", "API_KEY", "API_SECRET"):
        monkeypatch.setenv(f"NOVOED_{name}", "https://example.org/{data_set}")
    put("users/mine.csv", USERS + "1,2,Ann\n")
    result = run("refresh")
    assert result.exit_code == 1
    assert "novoed: users: no answer" in result.stderr
    assert "loaded: users/mine.csv: 1 row" in result.output


@pytest.mark.parametrize("command", ["load", "refresh", "run"])
def test_an_interrupted_load_ends_in_one_line(monkeypatch: pytest.MonkeyPatch, no_dbt: list[str], command: str) -> None:
    put("users/mine.csv", USERS + "1,2,Ann\n")
    monkeypatch.setattr(LoadReport, "advance", lambda *_: signal.raise_signal(signal.SIGINT))
    result = run(command)
    assert result.exit_code == 130
    assert result.stderr == ("novoed: Interrupted. What was done before stays; run it again, it goes on from there.\n")
    assert no_dbt == []


def test_an_interrupted_extract_ends_the_main_job(monkeypatch: pytest.MonkeyPatch, no_dbt: list[str]) -> None:
    def interrupt(_settings: Settings) -> None:
        raise KeyboardInterrupt("What was fetched is landed and on record.")

    monkeypatch.setattr(job, "fetch", interrupt)
    for name in ("API_URL", "API_KEY", "API_SECRET"):
        monkeypatch.setenv(f"NOVOED_{name}", "https://example.org/{data_set}")
    result = run("run")
    assert result.exit_code == 130
    assert result.stderr == "novoed: Interrupted. What was fetched is landed and on record.\n"
    assert "rows landed" not in result.output
    assert no_dbt == []


def test_an_interrupted_build_ends_the_main_job(
    monkeypatch: pytest.MonkeyPatch, no_dbt: list[str], no_publish: list[Path]
) -> None:
    def interrupt(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    put("users/mine.csv", USERS + "1,2,Ann\n")
    monkeypatch.setattr(job, "run_dbt", interrupt)
    result = run("run")
    assert result.exit_code == 130
    assert result.stderr == "novoed: Interrupted. What was done before stays; run it again, it goes on from there.\n"
    assert (no_dbt, no_publish) == ([], [])


@pytest.mark.usefixtures("quick_sample")
def test_clean_sample_takes_away_what_is_made_up_wherever_it_lies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run("refresh")
    result = run("clean-sample")
    assert result.output.splitlines() == [
        "Removed the sample institution from data/landing.",
        "Removed data/novoed.duckdb, which held nothing else.",
    ]
    lock = tmp_path / "data" / ".novoed.duckdb.lock"  # stays, as another run may wait for it
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [lock]
    assert run("clean-sample").output == ""
    monkeypatch.setenv("NOVOED_API_KEY", "k")
    monkeypatch.setenv("NOVOED_API_SECRET", "s")
    monkeypatch.setenv("NOVOED_API_URL", "https://127.0.0.1:9/{data_set}")
    assert run("extract", "--dry-run").exit_code == 0, "the advice of the refusal was true"


@pytest.mark.usefixtures("quick_sample")
def test_clean_sample_leaves_what_is_not_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where an earlier version has mixed them."""
    fill_with_sample(Path("data/landing"))
    put("users/mine.csv", USERS + "7,2,Ann\n")
    with monkeypatch.context() as patch:
        patch.setattr(job, "refuse_mixture", lambda *_: None)
        run("refresh")
    assert run("refresh").exit_code == 2
    assert "Removed its rows from data/novoed.duckdb, which holds others, too" in run("clean-sample").output
    assert Path("data/landing/users/mine.csv").exists()
    status = json.loads(run("status", "--json").output)["users"]
    assert (status["files"], status["rows"]) == (1, 1)
    assert run("refresh").exit_code == 0


def test_csv_files_of_similar_names_are_no_sample() -> None:
    put("users/sample-mine.csv", USERS + "7,2,Ann\n")
    assert run("clean-sample").output == ""
    assert Path("data/landing/users/sample-mine.csv").exists()


def test_half_set_credentials_exit_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVOED_API_KEY", "canary-key")
    result = run("refresh")
    assert result.exit_code == 2
    assert "NOVOED_API_URL, NOVOED_API_SECRET" in str(result.exception)
    assert "canary-key" not in str(result.exception)


def test_a_rollback_takes_no_other_option_than_its_target(tmp_path: Path) -> None:
    for option in (["--without-names"], ["--database", "x.duckdb"]):
        result = run("publish", "--rollback", *option)
        assert result.exit_code == 2
        assert isinstance(result.exception, UsageError)
    assert run("publish", "--rollback", "--to", str(tmp_path / "none.duckdb")).exit_code == 1


def test_a_rollback_says_what_it_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "put_back", lambda *_, **__: datetime(2026, 2, 1, 6))
    assert run("publish", "--rollback").output.splitlines() == [
        "Put back: data/published/novoed.duckdb holds what was published at 2026-02-01 06:00 UTC.",
        "The same command again undoes it. Nothing is published over it without --accept rolled_back.",
    ]
