"""Getting in: the Authorization header of every call, by HTTP Basic or OAuth2.

Key, secret and tokens live in memory only, as SecretStr or inside httpx's auth object; no message here repeats them.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Protocol

import httpx
from pydantic import SecretStr

from loader.api.answer import unpacked
from loader.api.environment import CERTIFICATES, PROXIES, also_check
from loader.errors import AccessRefused, CallFailed
from loader.settings import Credentials, Settings

_EARLY = 60.0
"""Seconds before its end at which a token is renewed (a tenth of its life where that is shorter)."""

CHECKLIST = (
    "Check that NOVOED_API_KEY and NOVOED_API_SECRET are right and complete, that the key is linked to the whole"
    " institution, that this machine's IP address is on the institution's allow-list if it has one, and that NovoEd"
    " has enabled Programmatic Access to Org-Level Analytics Data for the institution."
)


class Access(Protocol):
    """Says who is asking."""

    def header(self) -> tuple[str, str]:
        """Name and value of the header that a data call carries."""

    def renew(self, refused: str) -> bool:
        """Called when the API answered 401 to that header value; whether another try makes sense."""

    def accepted(self, value: str) -> None:
        """Called when the API took that header value."""


_DEFAULT_URL = Settings.model_fields["oauth_url"].default


class BasicAccess:
    """Key and secret as user name and password of every call."""

    def __init__(self, key: SecretStr, secret: SecretStr) -> None:
        request = httpx.Request("GET", "https://api.invalid")
        flow = httpx.BasicAuth(key.get_secret_value(), secret.get_secret_value()).auth_flow(request)
        self._value = next(flow).headers["Authorization"]

    def header(self) -> tuple[str, str]:
        """The same on every call."""
        return "Authorization", self._value

    def renew(self, refused: str) -> bool:
        """Nothing to renew."""
        del refused
        return False

    def accepted(self, value: str) -> None:
        """Nothing to remember."""


class OAuthAccess:
    """A token from the token endpoint, renewed before it ends and once when the API refuses it."""

    def __init__(
        self,
        http: httpx.Client,
        url: str,
        key: SecretStr,
        secret: SecretStr,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._url, self._key, self._secret, self._clock = http, url, key, secret, clock
        source = "the default of NOVOED_OAUTH_URL" if url == _DEFAULT_URL else "NOVOED_OAUTH_URL"
        self._where = f"The token endpoint {url.partition('?')[0]} ({source})"
        self._lock = threading.Lock()
        self._token: str | None = None
        self._refresh: str | None = None
        self._good_until = 0.0
        self._fresh: set[str] = set()

    def header(self) -> tuple[str, str]:
        """A token that has not ended; asks for one where needed. Raises CallFailed, AccessRefused."""
        with self._lock:
            if self._token is None or self._clock() >= self._good_until:
                self._renew()
            return "Authorization", f"Bearer {self._token}"

    def renew(self, refused: str) -> bool:
        """One fresh token for each refused one; False once a fresh token was refused, too."""
        with self._lock:
            if refused != f"Bearer {self._token}":
                return True  # another thread has renewed it meanwhile
            if refused in self._fresh:
                return False
            self._refresh = None
            self._renew()
            self._fresh.add(f"Bearer {self._token}")
            return True

    def accepted(self, value: str) -> None:
        """The API took that header value: if it is refused later on, it has ended and may be renewed again."""
        self._fresh.discard(value)

    def _renew(self) -> None:
        refresh, self._refresh = self._refresh, None
        if refresh is not None:
            try:
                self._ask({"grant_type": "refresh_token", "refresh_token": refresh})
                return
            except (AccessRefused, CallFailed):
                pass  # a refresh token may end, too; key and secret always get a new one
        key, secret = self._key.get_secret_value(), self._secret.get_secret_value()
        self._ask({"grant_type": "password", "username": key, "password": secret})

    def _ask(self, form: dict[str, str]) -> None:
        try:
            with self._http.stream("POST", self._url, data=form, headers={"Accept": "application/json"}) as answer:
                body = b"".join(unpacked(answer, self._where)) if answer.status_code == 200 else b""
        except httpx.HTTPError as error:
            hint = also_check(self._http, *PROXIES, *CERTIFICATES)
            raise CallFailed(f"{self._where} did not answer ({type(error).__name__}).{hint}") from None
        if answer.status_code in (400, 401, 403):
            raise AccessRefused(f"{self._where} refused the key with status {answer.status_code}. {CHECKLIST}")
        if answer.status_code != 200:
            raise CallFailed(f"{self._where} answered with status {answer.status_code}.")
        try:
            fields = json.loads(body)
            token, life = str(fields["access_token"]), float(fields.get("expires_in") or "inf")
            refresh = fields.get("refresh_token")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CallFailed(f"{self._where} answered without an access token.") from None
        self._token, self._refresh = token, str(refresh) if refresh else None
        self._good_until = self._clock() + life - min(_EARLY, life / 10)


def access_to(http: httpx.Client, settings: Settings, credentials: Credentials) -> Access:
    """The one that the settings ask for."""
    if settings.auth == "oauth":
        return OAuthAccess(http, settings.oauth_url, credentials.key, credentials.secret)
    return BasicAccess(credentials.key, credentials.secret)
