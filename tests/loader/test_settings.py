"""Settings: what is read, what is refused, and that no message repeats a value."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from loader.errors import UsageError
from loader.settings import Settings, check_database, check_env_file, check_url, read_settings


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("NOVOED_APIKEY", "NOVOED_API_KEY"),
        ("NOVOED_API_SECRETS", "NOVOED_API_SECRET"),
        ("NOVOED_OAUTH_URI", "NOVOED_OAUTH_URL"),
        ("NOVOED_BACKFILL", "NOVOED_BACKFILL_START"),
        ("novoed_databse", "NOVOED_DATABASE"),
        ("novoed_database", "NOVOED_DATABASE"),
    ],
)
def test_a_misspelled_setting_is_named_with_the_nearest_that_there_is(
    monkeypatch: pytest.MonkeyPatch, name: str, near: str
) -> None:
    monkeypatch.setenv(name, "CANARY")
    with pytest.raises(UsageError) as caught:
        read_settings()
    assert str(caught.value) == f"There is no setting {name}. Did you mean {near}? Rename it or take it away."
    monkeypatch.delenv(name)
    Path(".env").write_text(f"PATH=/x\nexport {name}=CANARY\n")
    with pytest.raises(UsageError) as caught:
        read_settings()
    assert str(caught.value) == f"There is no setting {name} in .env. Did you mean {near}? Rename it or take it away."


def test_settings_that_other_parts_read_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVOED_REFERENCE_SEEDS", "1")
    monkeypatch.setenv("NOVOED_API_URL", "")
    assert read_settings().api_url is None


@pytest.mark.parametrize("value", ["2GB", "1.5GiB", "512 mb", "100MB", "4G", "0.1TB"])
def test_amounts_of_memory_that_duckdb_takes(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NOVOED_MEMORY", f" {value} ")
    memory = read_settings().memory
    assert memory == value
    duckdb.connect(config={"memory_limit": memory}).close()


@pytest.mark.parametrize("value", ["50%", "2", "lots", "-1", "none", "1,5GB", "1e3MB", "2PB", "2GB; drop table x"])
def test_what_is_no_amount_of_memory(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NOVOED_MEMORY", value)
    with pytest.raises(UsageError, match="NOVOED_MEMORY: is not an amount of memory as DuckDB takes it, such as 2GB"):
        read_settings()


@pytest.mark.parametrize("value", ["0GB", "99.9MB", "95MiB", "1KB"])
def test_memory_that_is_too_little(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NOVOED_MEMORY", value)
    with pytest.raises(UsageError, match="NOVOED_MEMORY: is too little; 100MB is the least"):
        read_settings()


def test_paths_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("NOVOED_DATABASE", "~/novoed.duckdb")
    monkeypatch.setenv("NOVOED_LANDING", "~/a #1?/landing")
    Path(".env").write_text("\ufeffNOVOED_PUBLISHED=${HOME}/n.duckdb\n", encoding="utf-8")
    settings = read_settings()
    assert settings.database == Path("/home/ann/novoed.duckdb")
    assert settings.landing == Path("/home/ann/a #1?/landing")
    assert settings.published == Path("/home/ann/n.duckdb")


@pytest.mark.parametrize("name", ["LANDING", "DATABASE", "PUBLISHED"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        (" data", "begins or ends with a blank"),
        ("$HOME/data", r"holds a \$ name that nothing fills in; write the path out"),
        ("~ann/data", "begins with ~ and a name, which dbt cannot fill in; write the path out"),
    ],
)
def test_paths_that_would_come_to_mean_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(f"NOVOED_{name}", value)
    with pytest.raises(UsageError, match=f"NOVOED_{name}: {message}"):
        read_settings()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (":memory:", "is not a file: .* give the name of one"),
        ("md:learning", "is not a file"),
        ("/data/a#1/n.duckdb", "has a # in its path, which dbt cannot open"),
        ("what?.duckdb", r"has a \? in its path"),
        ("a;b.duckdb", "has a ; in its path"),
        ("it's.duckdb", "has a ' in its path"),
        ("raw.v2.duckdb", "cannot be named like its schema raw"),
        (".Marts.db", "cannot be named like its schema marts"),
        ("main.duckdb", "cannot be named like its schema main"),
        (".", "is a folder; give the name of a file"),
        ("/dev/null", "is not an ordinary file"),
        (f"{__file__}/n.duckdb", r"test_settings\.py, which is a file; give the name of one in a folder"),
    ],
)
def test_names_that_no_database_can_have(monkeypatch: pytest.MonkeyPatch, path: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_database(Path(path))
    monkeypatch.setenv("NOVOED_DATABASE", path)
    with pytest.raises(UsageError, match=message):
        read_settings()


@pytest.mark.parametrize("path", [".", "/dev/null", f"{__file__}/n.duckdb", "what?.duckdb"])
def test_places_that_no_published_file_can_have(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("NOVOED_PUBLISHED", path)
    with pytest.raises(UsageError, match=f"^NOVOED_PUBLISHED {re.escape(path)} "):
        read_settings()


@pytest.mark.parametrize("value", ["OAuth", " oauth", "OAUTH"])
def test_the_way_to_get_in_is_read_as_people_write_it(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NOVOED_AUTH", value)
    assert read_settings().auth == "oauth"


@pytest.mark.parametrize(
    "path", ["novoed", "a.b.duckdb", "~a ü & b.duckdb", "/it's/100% (new)/n.duckdb", "raws.duckdb"]
)
def test_names_that_a_database_can_have(path: str) -> None:
    check_database(Path(path))


def test_no_credentials_are_none_and_said_where_they_are_needed() -> None:
    settings = Settings.model_validate({})
    assert settings.credentials() is None
    with pytest.raises(UsageError, match=r"Not set: NOVOED_API_URL, NOVOED_API_KEY, NOVOED_API_SECRET\. Put them"):
        settings.needed_credentials()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://api.example/{data_set}", "must begin with https://"),
        ("http://127.0.0.1.example/{data_set}", "must begin with https://"),
        ("https://api.example/users", "must hold {data_set}"),
        ("https://user:pass@api.example/{data_set}", "must not hold a user name or password"),
        ("ftp://api.example/{data_set}", "must be a complete URL"),
        ("api.example/{data_set}", "must be a complete URL"),
    ],
)
def test_urls_that_must_not_see_the_key(url: str, message: str) -> None:
    settings = Settings.model_validate({"api_url": url, "api_key": "k", "api_secret": "s"})
    with pytest.raises(UsageError, match=message):
        settings.credentials()


@pytest.mark.parametrize("url", ["http://localhost:1/x", "http://127.0.0.1/x", "http://[::1]/x", "https://a.example/x"])
def test_urls_that_may(url: str) -> None:
    check_url("NOVOED_API_URL", url)


def test_what_is_missing_of_the_credentials_is_named() -> None:
    with pytest.raises(UsageError, match="Not set: NOVOED_API_URL, NOVOED_API_SECRET"):
        Settings.model_validate({"api_key": "k"}).credentials()


@pytest.mark.parametrize(("mode", "text", "refused"), [
    (0o644, "NOVOED_API_SECRET=x\n", True),
    (0o640, "export NOVOED_API_KEY='x'\n", True),
    (0o600, "NOVOED_API_SECRET=x\n", False),
    (0o644, "NOVOED_API_URL=https://x/{data_set}\n#NOVOED_API_KEY=x\nNOVOED_API_SECRET=\n", False),
])  # fmt: skip
def test_an_env_file_with_the_key_must_be_private(tmp_path: Path, mode: int, text: str, refused: bool) -> None:
    path = tmp_path / ".env"
    path.write_text(text)
    path.chmod(mode)
    if refused:
        with pytest.raises(UsageError, match=r"Run: chmod 600 \.env"):
            check_env_file(path)
    else:
        check_env_file(path)


@pytest.mark.parametrize(("text", "mode"), [("0640", 0o640), ("644", 0o644), ("0o440", 0o440), ("", 0o600)])
def test_the_mode_of_the_published_file(monkeypatch: pytest.MonkeyPatch, text: str, mode: int) -> None:
    monkeypatch.setenv("NOVOED_PUBLISHED_MODE", text)
    assert read_settings().published_mode == mode


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("PUBLISHED_MODE", text) for text in ("rw-r-----", "0680", "64", "04755", "-640", "0o", "0040")),
        *(("PUBLISHED_KEEP", text) for text in ("-1", "some", "1.5")),
    ],
)
def test_a_mode_or_a_number_of_files_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(f"NOVOED_{name}", text)
    with pytest.raises(UsageError, match=f"NOVOED_{name}"):
        read_settings()


def test_a_published_file_that_duckdb_cannot_write_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVOED_PUBLISHED", "share/a?/n.duckdb")
    with pytest.raises(UsageError, match=r"^NOVOED_PUBLISHED share/a\?/n.duckdb has a \? in its path"):
        read_settings()
