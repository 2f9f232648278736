"""The API: one call after another, each answer streamed into a file and handed on only when it is a complete page.

What can pass is tried again (timeouts, resets, cut-off or unusable bodies, 408, 425, 429, every 5xx, statuses of no
standard), after a capped exponential back-off with jitter or what Retry-After asks for; nothing else is. A call that
times out is handed back at once where its window can still be narrowed.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

import httpx
import tenacity

from loader.api.access import CHECKLIST, Access
from loader.api.answer import Answer, save
from loader.api.budget import Budget
from loader.api.environment import CERTIFICATES, PROXIES, also_check, check_environment, not_prepared
from loader.api.page import LineEnds, Page, read_page
from loader.catalog import DataSet
from loader.errors import AccessRefused, CallFailed, CallRefused, CallTimedOut
from loader.intervals import Interval
from loader.landing.header import Stream
from loader.moments import iso
from loader.settings import is_loopback

ATTEMPTS = 7
"""Tries per call, the first included."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 60.0
"""Seconds before the second try, and the most that doubling leads to."""
LONGEST_RETRY_AFTER = 300.0
"""Seconds: the most that an answer's Retry-After makes us wait."""
TIMEOUT = httpx.Timeout(connect=15.0, read=90.0, write=30.0, pool=300.0)
_PASSING = {408, 425, 429}
"""Statuses that can pass, beside all from 500 on and those of no standard, which gateways make up (420, 499, 524)."""
_STANDARD = frozenset(HTTPStatus)
_USABLE = {200, 203}
"""Statuses whose body is a page; 203 is what a proxy makes of 200 when it touches the answer."""
_PLAIN = {"", "identity", "none", "utf-8", "gzip", "x-gzip"}
"""What Content-Encoding may say of an answer that is as it was asked for."""
_REDIRECTS = {301, 302, 303, 307, 308}


def open_http(url: str, timeout: httpx.Timeout = TIMEOUT) -> httpx.Client:
    """An HTTP client that verifies certificates and follows no redirect by itself; no proxy for loopback URLs.

    Raises UsageError where variables that are set for other programs cannot be used, naming them.
    """
    is_beyond = not is_loopback(httpx.URL(url.replace("{data_set}", "users")).host)
    if is_beyond:
        check_environment()
    try:
        return httpx.Client(
            timeout=timeout,
            follow_redirects=False,
            trust_env=is_beyond,
            headers={"Accept": "text/csv", "Accept-Encoding": "gzip", "User-Agent": "novoed-warehouse"},
        )
    except (ImportError, ValueError, OSError, httpx.InvalidURL):
        raise not_prepared() from None


class Client:
    """Asks for pages; shared by all threads of a run."""

    def __init__(
        self,
        http: httpx.Client,
        url: str,
        access: Access,
        budget: Budget,
        *,
        sleep: Callable[[float], None],
        jitter: Callable[[], float] = random.random,
        attempts: int = ATTEMPTS,
        on_failure: Callable[[DataSet, Interval, datetime, CallFailed], None] | None = None,
    ) -> None:
        self._http, self._url, self._access, self._budget = http, url, access, budget
        self._sleep, self._jitter, self._attempts, self._on_failure = sleep, jitter, attempts, on_failure
        self._line_ends = LineEnds()

    def fetch(self, data_set: DataSet, asked: Interval, file: Path, *, can_narrow: bool) -> Answer:
        """The newest page of the interval, in `file`.

        Raises CallFailed when the tries are used up, CallTimedOut after the first timeout where `can_narrow`,
        CallRefused and AccessRefused at once.
        """

        def again(error: BaseException) -> bool:
            return isinstance(error, CallFailed) and not (can_narrow and isinstance(error, CallTimedOut))

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=self._pause,
            retry=tenacity.retry_if_exception(again),
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._try, data_set, asked, file)

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (state.attempt_number - 1))
        pause *= 1 + self._jitter() / 2
        if isinstance(error, CallFailed) and error.retry_after is not None:
            return min(LONGEST_RETRY_AFTER, max(error.retry_after, 0.0)) + pause / 4
        return pause

    def _try(self, data_set: DataSet, asked: Interval, file: Path) -> Answer:
        requested_at = datetime.now(UTC)
        try:
            return self._ask(data_set, asked, file, requested_at)
        except CallFailed as error:
            if self._on_failure is not None:
                self._on_failure(data_set, asked, requested_at, error)
            raise

    def _ask(self, data_set: DataSet, asked: Interval, file: Path, requested_at: datetime) -> Answer:
        url = httpx.URL(self._url.replace("{data_set}", data_set.name)).copy_merge_params(
            {"updated_after": iso(asked.after), "updated_before": iso(asked.until)}
        )
        name = data_set.name
        try:
            for _ in range(4):
                header, value = self._access.header()
                self._budget.take()
                with self._http.stream("GET", url, headers={header: value}) as response:
                    if response.status_code == 401 and self._access.renew(value):
                        continue
                    if response.status_code in _REDIRECTS:
                        url = _followed(response, name)
                        continue
                    _check_status(response, name)
                    self._access.accepted(value)
                    byte_count, digest = save(response, file, name)
                with gzip.open(file) as stream:
                    page = _read(stream, data_set, asked, response.headers.get("Content-Encoding", ""))
                self._line_ends.check(name, page, digest)
                return Answer(page, asked, requested_at, byte_count, digest)
            raise CallRefused(f"{name}: the API redirects or asks for new tokens without end. Check NOVOED_API_URL.")
        except httpx.ConnectTimeout:
            raise CallFailed(f"{name}: no connection to the API within {TIMEOUT.connect:.0f} s.") from None
        except httpx.TimeoutException:
            raise CallTimedOut(f"{name}: the API did not answer in time.") from None
        except httpx.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise CallRefused(
                    f"{name}: the API's certificate cannot be verified, so the key was not sent. Check NOVOED_API_URL;"
                    " behind a company proxy, SSL_CERT_FILE names the company's own certificates."
                    + also_check(self._http, *CERTIFICATES)
                ) from None
            raise CallFailed(
                f"{name}: no connection to the API. Check NOVOED_API_URL and the network."
                + also_check(self._http, *PROXIES)
            ) from None
        except httpx.ProxyError as error:
            status = re.match(r"\d{3}\b", str(error))
            told = f" (status {status[0]})" if status else ""
            raise CallFailed(
                f"{name}: the proxy gives no connection to the API{told}." + also_check(self._http, *PROXIES)
            ) from None
        except httpx.TransportError as error:
            raise CallFailed(f"{name}: the connection broke off ({type(error).__name__}).") from None


def _read(stream: Stream, data_set: DataSet, asked: Interval, packing: str) -> Page:
    """The page; where it is none, the way in which the answer is said to be packed may be why."""
    try:
        return read_page(stream, data_set, asked)
    except CallFailed as error:
        if packing.strip().lower() in _PLAIN or not re.fullmatch(r"[\w, -]{1,40}", packing):
            raise
        raise CallFailed(
            f"{error} It came with Content-Encoding: {packing}, which was not asked for; a proxy may have packed it."
        ) from None


def _followed(response: httpx.Response, name: str) -> httpx.URL:
    try:
        target = response.url.join(response.headers.get("Location", ""))
    except (httpx.InvalidURL, ValueError):
        raise CallRefused(f"{name}: the API redirects to something that is not a URL. Check NOVOED_API_URL.") from None
    here = response.url
    if (target.scheme, target.host, target.port) != (here.scheme, here.host, here.port):
        raise CallRefused(
            f"{name}: the API redirects to another host or protocol, which must not see the key."
            " Put the URL that your NovoEd developer documentation gives into NOVOED_API_URL."
        )
    return target


def _check_status(response: httpx.Response, name: str) -> None:
    status = response.status_code
    if status in _USABLE:
        return
    if status in (401, 403):
        raise AccessRefused(f"{name}: the API refused the key with status {status}. {CHECKLIST}")
    if status == 504:
        raise CallTimedOut(f"{name}: the API did not answer in time (status 504).", _retry_after(response))
    if status in _PASSING or 500 <= status <= 599 or status not in _STANDARD:
        raise CallFailed(f"{name}: the API answered with status {status}.", _retry_after(response))
    raise CallRefused(f"{name}: the API answered with status {status}. Check NOVOED_API_URL.")


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment: datetime = parsedate_to_datetime(text)
        return (moment - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
