"""Settings, all from the environment or a `.env` file in the current folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from loader.errors import UsageError
from loader.moments import parse_printed


class Settings(BaseSettings):
    """Every `NOVOED_*` variable; an empty one counts as unset."""

    model_config = SettingsConfigDict(
        env_prefix="NOVOED_", env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    api_url: str | None = None
    """URL of the data call, with `{data_set}` where the data set's name goes."""
    api_key: SecretStr | None = None
    api_secret: SecretStr | None = None
    auth: Literal["basic", "oauth"] = "basic"
    oauth_url: str = "https://api.novoed.com/oauth/token"
    backfill_start: datetime = datetime(2012, 1, 1, tzinfo=UTC)
    """First moment to fetch; the default lies before the platform existed."""
    landing: Path = Path("data/landing")
    database: Path = Path("data/novoed.duckdb")
    published: Path = Path("data/published/novoed.duckdb")

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

    @property
    def has_credentials(self) -> bool:
        """Whether the API can be called: URL, key and secret are all set."""
        return None not in (self.api_url, self.api_key, self.api_secret)


def read_settings() -> Settings:
    """The settings in force. Raises UsageError naming what cannot be used, never a value."""
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"NOVOED_{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        )
        raise UsageError(f"Settings that cannot be used: {problems}") from None
    except UnicodeDecodeError:
        raise UsageError("The settings file .env is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"The settings file .env cannot be read: {error.strerror}; check who owns it") from None
