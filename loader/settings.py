"""Settings, all from the environment or a `.env` file in the current folder: read, checked, and said what is wrong."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from loader.errors import UsageError
from loader.moments import parse_printed

PREFIX = "NOVOED_"
ENV_FILE = Path(".env")

SCHEMAS = ("raw", "staging", "intermediate", "reference", "marts", "audit")
"""Every schema of this project. DuckDB calls a file's catalog by the file's name, and `raw.users` must not be both."""

_READ_ELSEWHERE = (
    "REFERENCE_SEEDS",
    *("SPARK_METHOD", "SPARK_HOST", "SPARK_PORT", "SPARK_USER", "SPARK_TOKEN", "SPARK_CLUSTER", "SPARK_RAW"),
    "SPARK_MEMORY",
)
"""Settings of other programs of the project: the tests, dbt's profile."""

_LEAST_MEMORY = 100_000_000


def _as_people_write(path: Path) -> Path:
    """With `~` filled in. Raises ValueError for what a shell would have filled in and nobody did."""
    text = str(path)
    if text != text.strip():
        raise ValueError("begins or ends with a blank; take it away")
    if re.search(r"\$\{?[A-Za-z_]", text):
        raise ValueError("holds a $ name that nothing fills in; write the path out")
    if re.match("~[^/]", text):
        raise ValueError("begins with ~ and a name, which dbt cannot fill in; write the path out")
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("begins with ~, but there is no home folder; write the path out") from None


_Path = Annotated[Path, AfterValidator(_as_people_write)]


@dataclass(frozen=True)
class Credentials:
    """What it takes to call the API, checked."""

    url: str
    """With `{data_set}` where the data set's name goes."""
    key: SecretStr
    secret: SecretStr


class Settings(BaseSettings):
    """Every `NOVOED_*` variable; an empty one counts as unset."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    api_url: str | None = None
    """URL of the data call, with `{data_set}` where the data set's name goes."""
    api_key: SecretStr | None = None
    api_secret: SecretStr | None = None
    auth: Literal["basic", "oauth"] = "basic"
    oauth_url: str = "https://api.novoed.com/oauth/token"
    backfill_start: datetime = datetime(2012, 1, 1, tzinfo=UTC)
    """First moment to fetch; the default lies before the platform existed."""
    landing: _Path = Path("data/landing")
    database: _Path = Path("data/novoed.duckdb")
    published: _Path = Path("data/published/novoed.duckdb")
    spark_warehouse: _Path = Path("data/spark")
    """Where a build on this machine's Spark keeps its tables and its catalog; dbt's profile reads it, too."""
    published_keep: Annotated[int, Field(ge=0)] = 3
    """How many of the files published before stay beside the published one."""
    published_mode: int = 0o600
    """Mode of the published file."""
    memory: str | None = None
    """DuckDB's memory_limit for load and build, such as 2GB."""

    @field_validator("memory")
    @classmethod
    def _check_memory(cls, value: str | None) -> str | None:
        """Refuses what DuckDB does not take, and what nothing can be done with."""
        if value is None:
            return None
        match = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGT])(i?)B?", value.strip(), re.IGNORECASE)
        if match is None:
            raise ValueError(
                "is not an amount of memory as DuckDB takes it, such as 2GB or 1.5GiB; a share (%) is none"
            )
        size = float(match[1]) * (1024 if match[3] else 1000) ** ("kmgt".index(match[2].lower()) + 1)
        if size < _LEAST_MEMORY:
            raise ValueError("is too little; 100MB is the least, and a build of real data takes more")
        return value.strip()

    @field_validator("published_mode", mode="before")
    @classmethod
    def _read_mode(cls, value: object) -> object:
        """As `chmod` takes it: octal."""
        if not isinstance(value, str):
            return value
        if not re.fullmatch("(0o?)?[0-7]{3}", value.strip()):
            raise ValueError("is not a mode; write it as chmod takes it, such as 0600 or 0640")
        mode = int(value, 8)
        if not mode & 0o400:
            raise ValueError("keeps the file from its own owner, who must read it to compare the next one with it")
        return mode

    @field_validator("auth", mode="before")
    @classmethod
    def _read_auth(cls, value: object) -> object:
        """Also as people write its name."""
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("backfill_start", mode="before")
    @classmethod
    def _read_moment(cls, value: object) -> object:
        """Pydantic would also take a bare number, and read a year as seconds since 1970."""
        if not isinstance(value, str):
            return value
        printed = parse_printed(value)
        if printed is None:
            raise ValueError("takes an ISO 8601 date or timestamp, such as 2024-05-31 or 2024-05-31T18:00:00Z")
        return printed.moment

    def credentials(self) -> Credentials | None:
        """URL, key and secret; None where none of them is set.

        Raises UsageError naming what is missing or must not be used, and a `.env` that other people can read.
        """
        values = {"API_URL": self.api_url, "API_KEY": self.api_key, "API_SECRET": self.api_secret}
        missing = [PREFIX + name for name, value in values.items() if value is None]
        if self.api_url is None or self.api_key is None or self.api_secret is None:
            if len(missing) == len(values):
                return None
            raise UsageError(
                f"The credentials are incomplete. Not set: {', '.join(missing)}. Set what is missing, in the"
                " environment or in a .env file, or unset the others."
            )
        if "{data_set}" not in self.api_url:
            raise UsageError(
                "NOVOED_API_URL must hold {data_set} where the data set's name goes, as in https://…/{data_set}."
            )
        check_url("NOVOED_API_URL", self.api_url.replace("{data_set}", "users"))
        if self.auth == "oauth":
            check_url("NOVOED_OAUTH_URL", self.oauth_url)
        check_env_file()
        return Credentials(self.api_url, self.api_key, self.api_secret)

    def needed_credentials(self) -> Credentials:
        """The same where nothing can be done without them. Raises UsageError."""
        found = self.credentials()
        if found is None:
            raise UsageError(
                "Not set: NOVOED_API_URL, NOVOED_API_KEY, NOVOED_API_SECRET. Put them in the environment or in a .env"
                " file; .env.example explains each."
            )
        return found


def read_settings() -> Settings:
    """The settings in force. Raises UsageError naming what cannot be used, never a value."""
    for sentence in unknown_settings():
        raise UsageError(sentence)
    return read_known_settings()


def read_known_settings() -> Settings:
    """The same whatever else is set."""
    try:
        with _readable_env_file():
            settings = Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        )
        raise UsageError(f"Settings that cannot be used: {problems}") from None
    check_database(settings.database)
    check_place("NOVOED_PUBLISHED", settings.published)
    if "?" in str(settings.published):
        raise UsageError(f"NOVOED_PUBLISHED {settings.published} has a ? in its path; give it another name")
    return settings


def unknown_settings() -> list[str]:
    """A sentence for each name that nothing reads: a misspelled setting must not pass for one that is not set.

    Nor for one that is: dbt reads no `novoed_database`. Raises UsageError where `.env` cannot be read.
    """
    known = [PREFIX + name.upper() for name in (*Settings.model_fields, *_READ_ELSEWHERE)]
    with _readable_env_file():
        in_file = dotenv_values(ENV_FILE, interpolate=False)
    sentences = {}
    for name in (*os.environ, *in_file):
        if name.upper().startswith(PREFIX) and name not in known:
            where = " in .env" if name in in_file else ""
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)[0]
            sentences[name] = f"There is no setting {name}{where}. Did you mean {near}? Rename it or take it away."
    return list(sentences.values())


@contextmanager
def _readable_env_file() -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError:
        raise UsageError("The settings file .env is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"The settings file .env cannot be read: {error.strerror}; check who owns it") from None


def check_database(path: Path) -> None:
    """Raises UsageError if the loader and dbt cannot both keep a database under this name."""
    text = str(path)
    check_place("The database", path)
    if re.match(r"\w*:", text):
        raise UsageError(f"The database {path} is not a file: dbt and publish would not find it; give the name of one")
    if odd := re.search(r"[#?;]", text) or re.search("['\"]", path.name):
        raise UsageError(f"The database {path} has a {odd[0]} in its path, which dbt cannot open; give it another name")
    catalog = path.name.lstrip(".").partition(".")[0].lower()
    if catalog in (*SCHEMAS, "main", "system", "temp"):
        raise UsageError(f"The database {path} cannot be named like its schema {catalog}; give it another name")


def check_place(what: str, path: Path) -> None:
    """Raises UsageError where no file can be, or one that is no data: a folder, a device, a pipe, a file's inside."""
    if path.is_dir():
        raise UsageError(f"{what} {path} is a folder; give the name of a file")
    if path.exists() and not path.is_file():
        raise UsageError(f"{what} {path} is not an ordinary file; give the name of one")
    above = next((folder for folder in path.parents if folder.exists()), path)
    if above.is_file():
        raise UsageError(f"{what} {path} lies in {above}, which is a file; give the name of one in a folder")


def check_url(name: str, text: str) -> None:
    """Raises UsageError unless the URL is https, or http on this machine itself, and carries no credentials."""
    import httpx  # takes a while, and only who calls the API has a URL

    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise UsageError(f"{name} is not a URL; it begins with https://.") from None
    if url.userinfo:
        raise UsageError(f"{name} must not hold a user name or password; they go into NOVOED_API_KEY and _SECRET.")
    if not url.host or url.scheme not in ("http", "https"):
        raise UsageError(f"{name} must be a complete URL that begins with https://.")
    if url.scheme == "http" and not is_loopback(url.host):
        raise UsageError(f"{name} must begin with https://; plain http is for this machine itself (127.0.0.1) only.")


def is_loopback(host: str) -> bool:
    """Whether the host is this machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_env_file(path: Path = ENV_FILE) -> None:
    """Raises UsageError when a `.env` that holds the key or the secret can be read by other people."""
    if not path.is_file() or not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return
    held = {name.upper() for name, value in dotenv_values(path, interpolate=False).items() if value}
    if held & {"NOVOED_API_KEY", "NOVOED_API_SECRET"}:
        raise UsageError(
            f"Other people can read {path.name}, which holds the key or the secret. Run: chmod 600 {path.name}"
        )
