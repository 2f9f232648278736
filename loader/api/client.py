"""The API: one call after another, each answer streamed into a file and handed on only when it is a complete page.

What can pass is tried again (timeouts, resets, cut-off or unusable bodies, 429, 500, 502, 503, 504), after a capped
exponential back-off with jitter or what Retry-After asks for; nothing else is. A call that times out is handed back
at once where its window can still be narrowed.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import tenacity

from loader.api.access import CHECKLIST, Access, is_loopback
from loader.api.budget import Budget
from loader.api.page import Page, read_page
from loader.catalog import DataSet
from loader.errors import AccessRefused, CallFailed, CallRefused, CallTimedOut
from loader.intervals import Interval
from loader.moments import iso

ATTEMPTS = 7
"""Tries per call, the first included."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 60.0
"""Seconds before the second try, and the most that doubling leads to."""
LONGEST_RETRY_AFTER = 300.0
"""Seconds: the most that an answer's Retry-After makes us wait."""
TIMEOUT = httpx.Timeout(connect=15.0, read=90.0, write=30.0, pool=300.0)
LONGEST_CALL = 600.0
"""Seconds for a whole answer, so that one that drips byte by byte ends, too."""

OPEN_ENDED_ANSWERS = 3
"""Equal answers without a line end at their end until the platform is taken for one that writes none."""

_PASSING = {429, 500, 502, 503}
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Answer:
    """A complete page in its file, gzip-compressed, not yet under its final name."""

    page: Page
    requested_at: datetime
    byte_count: int
    """Of the CSV itself, uncompressed."""
    digest: str
    """SHA-256 of the CSV itself."""


def open_http(url: str, timeout: httpx.Timeout = TIMEOUT) -> httpx.Client:
    """An HTTP client that verifies certificates and follows no redirect by itself; no proxy for loopback URLs."""
    return httpx.Client(
        timeout=timeout,
        follow_redirects=False,
        trust_env=not is_loopback(httpx.URL(url.replace("{data_set}", "users")).host),
        headers={"Accept": "text/csv", "Accept-Encoding": "gzip", "User-Agent": "novoed-warehouse"},
    )


class Client:
    """Asks for pages; shared by all threads of a run."""

    def __init__(
        self,
        http: httpx.Client,
        url: str,
        access: Access,
        budget: Budget,
        sleep: Callable[[float], None],
        jitter: Callable[[], float] = random.random,
        on_failure: Callable[[DataSet, Interval, datetime, CallFailed], None] | None = None,
    ) -> None:
        self._http, self._url, self._access, self._budget = http, url, access, budget
        self._sleep, self._jitter, self._on_failure = sleep, jitter, on_failure
        self._open_ended: Counter[tuple[str, str]] = Counter()
        self._ends_lines: bool | None = None  # whether the platform ends last records in a line end; None: not known

    def fetch(self, data_set: DataSet, asked: Interval, file: Path, can_narrow: bool) -> Answer:
        """The newest page of the interval, in `file`.

        Raises CallFailed when the tries are used up, CallTimedOut after the first timeout where `can_narrow`,
        CallRefused and AccessRefused at once.
        """

        def again(error: BaseException) -> bool:
            return isinstance(error, CallFailed) and not (can_narrow and isinstance(error, CallTimedOut))

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(ATTEMPTS),
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
                    byte_count, digest = _save(response, file, name)
                return self._checked(data_set, asked, file, requested_at, byte_count, digest)
            raise CallRefused(f"{name}: the API redirects or asks for new tokens without end.")
        except httpx.ConnectTimeout:
            raise CallFailed(f"{name}: no connection to the API within {TIMEOUT.connect:.0f} s.") from None
        except httpx.TimeoutException:
            raise CallTimedOut(f"{name}: the API did not answer in time.") from None
        except httpx.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise CallRefused(
                    f"{name}: the API's certificate cannot be verified, so the key was not sent. Check NOVOED_API_URL;"
                    " behind a company proxy, SSL_CERT_FILE names the company's own certificates."
                ) from None
            raise CallFailed(f"{name}: no connection to the API. Check NOVOED_API_URL and the network.") from None
        except httpx.TransportError as error:
            raise CallFailed(f"{name}: the connection broke off ({type(error).__name__}).") from None

    def _checked(
        self, data_set: DataSet, asked: Interval, file: Path, requested_at: datetime, byte_count: int, digest: str
    ) -> Answer:
        with gzip.open(file, "rt", encoding="utf-8", errors="surrogateescape", newline="") as lines:
            page = read_page(lines, data_set, asked)
        if page.ends_line and page.row_count:
            self._ends_lines = True
        elif not page.ends_line and self._ends_lines is not False:
            # A last value may be cut off where no line end follows it. Only a platform that never writes one gives the
            # same bytes again and again; then it is taken at its word.
            self._open_ended[data_set.name, digest] += 1
            if self._ends_lines or self._open_ended[data_set.name, digest] < OPEN_ENDED_ANSWERS:
                raise CallFailed(f"{data_set.name}: the answer's last record does not end in a line end.")
            self._ends_lines = False
        return Answer(page, requested_at, byte_count, digest)


def _followed(response: httpx.Response, name: str) -> httpx.URL:
    try:
        target = response.url.join(response.headers.get("Location", ""))
    except (httpx.InvalidURL, ValueError):
        raise CallRefused(f"{name}: the API redirects to something that is no URL.") from None
    here = response.url
    if (target.scheme, target.host, target.port) != (here.scheme, here.host, here.port):
        raise CallRefused(
            f"{name}: the API redirects to another host or protocol, which must not see the key."
            " Put the URL that your NovoEd developer documentation gives into NOVOED_API_URL."
        )
    return target


def _check_status(response: httpx.Response, name: str) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in (401, 403):
        raise AccessRefused(f"{name}: the API refused the key with status {status}. {CHECKLIST}")
    if status == 504:
        raise CallTimedOut(f"{name}: the API did not answer in time (status 504).", _retry_after(response))
    if status in _PASSING:
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


def _save(response: httpx.Response, file: Path, name: str) -> tuple[int, str]:
    """Streams the body into the file, fsynced; returns its size and SHA-256. Raises CallFailed on a cut-off body."""
    digest, byte_count = hashlib.sha256(), 0
    descriptor = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with (
        os.fdopen(descriptor, "wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=4, mtime=0) as packed,
    ):
        for chunk in _decoded(response, name):
            digest.update(chunk)
            byte_count += len(chunk)
            packed.write(chunk)
        packed.close()
        raw.flush()
        os.fsync(raw.fileno())
    return byte_count, digest.hexdigest()


def _decoded(response: httpx.Response, name: str) -> Iterator[bytes]:
    """The body's bytes. Unpacked here, because httpx takes a gzip body that breaks off for a complete one."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    deadline = time.monotonic() + LONGEST_CALL
    unpack = zlib.decompressobj(31) if encoding in ("gzip", "x-gzip") else None
    if unpack is None and encoding not in ("identity", ""):
        raise CallFailed(f"{name}: the answer is packed in a way that was not asked for.")
    begun = False
    for chunk in response.iter_raw():
        if time.monotonic() > deadline:
            raise CallTimedOut(f"{name}: the API did not answer in time.")
        if unpack is None:
            yield chunk
            continue
        try:
            while chunk:
                if unpack.eof:  # gzip allows several members in a row
                    unpack = zlib.decompressobj(31)
                yield unpack.decompress(chunk, 1 << 20)
                begun = True
                chunk = unpack.unconsumed_tail or unpack.unused_data
        except zlib.error:
            raise CallFailed(f"{name}: the answer's gzip packing is broken.") from None
    if unpack is not None and begun and not unpack.eof:
        raise CallFailed(f"{name}: the answer breaks off inside its gzip packing.")
