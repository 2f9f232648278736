"""The commands as a user meets them: exit statuses, messages, and what is never printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from loader.catalog import DATA_SETS
from loader.errors import LoaderError
from novoed import cli
from playground.landing import MARKER, fill_with_sample

USERS = "user_id,institution_id,first_name\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with no settings but the defaults."""
    for name in ("API_URL", "API_KEY", "API_SECRET", "LANDING", "DATABASE", "PUBLISHED"):
        monkeypatch.delenv(f"NOVOED_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


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
    assert "refused: users/c.csv: it is no CSV but HTML" in result.output
    assert "not loaded: folder userz/ is no data set" in result.output
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
    assert "--landing nowhere is no folder" in str(given.exception)
    assert not Path("other.duckdb").exists()


@pytest.mark.parametrize(
    "arguments",
    [("load", "--data-set", "userz"), ("load", "--nonsense"), ("sample",), ("sample", "--out", "x", "--learners", "0")],
)
def test_wrong_usage_exits_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_status_as_json_before_anything_exists() -> None:
    found = json.loads(run("status", "--json").output)
    assert list(found) == list(DATA_SETS)
    assert set(found["users"]) == {"files", "rows", "rejects", "covered", "gaps", "last_load"}


def test_publish_without_marts_exits_1() -> None:
    run("load")
    result = run("publish")
    assert result.exit_code == 1
    assert "Run `dbt build`" in str(result.exception)


def small_sample(out: Path) -> dict[str, int]:
    put("users/sample-1.csv", USERS + "1,2,Ann\n")
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


def test_refresh_tells_make_that_there_is_nothing_to_build_from() -> None:
    put("users/mine.csv", USERS + "1,2,Ann\n")
    Path("data/novoed.duckdb").write_text("not a database " * 100)
    assert run("load").exit_code == 1
    result = run("refresh")
    assert result.exit_code == 3
    assert "novoed: data/novoed.duckdb is no DuckDB database. Move it away" in result.output


def test_a_folder_that_cannot_be_read_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(landing: Path) -> None:
        raise PermissionError(13, "Permission denied", str(landing))

    monkeypatch.setattr(cli, "walk_landing", refuse)
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


@pytest.mark.parametrize(
    ("name", "message"),
    [("raw.duckdb", "cannot be named like its schema raw"), ("Marts.db", "like its schema marts"), (".", "a folder")],
)
def test_names_that_no_database_can_have(name: str, message: str) -> None:
    result = run("load", "--database", name)
    assert result.exit_code == 2
    assert message in str(result.exception)


def test_refresh_loads_a_persons_files_without_making_a_sample() -> None:
    put("users/mine.csv", USERS + "1,2,Ann\n")
    result = run("refresh")
    assert "loaded: users/mine.csv: 1 row" in result.output
    assert not Path("data/landing", MARKER).exists()


@pytest.mark.usefixtures("quick_sample")
def test_a_mixture_of_sample_and_own_files_is_told_loudly() -> None:
    fill_with_sample(Path("data/landing"))
    put("users/mine.csv", USERS + "7,2,Ann\n")
    result = run("refresh")
    assert result.exit_code == 0
    assert "ATTENTION" in result.output
    assert "made-up and real people are mixed" in result.output


@pytest.mark.usefixtures("quick_sample")
def test_credentials_and_sample_do_not_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_sample(Path("data/landing"))
    for name in ("API_URL", "API_KEY", "API_SECRET"):
        monkeypatch.setenv(f"NOVOED_{name}", "https://example.org/{data_set}")
    result = run("refresh")
    assert result.exit_code == 2
    assert "made-up and real people would mix. Run `make clean`" in str(result.exception)


def test_half_set_credentials_exit_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVOED_API_KEY", "canary-key")
    result = run("refresh")
    assert result.exit_code == 2
    assert "NOVOED_API_URL, NOVOED_API_SECRET" in str(result.exception)
    assert "canary-key" not in str(result.exception)
