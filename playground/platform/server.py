"""The stand-in's HTTP server, on loopback only: the data call and the token call, with the platform's rate limits."""

from __future__ import annotations

import base64
import gzip
import secrets
import socket
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from loader.catalog import DATA_SETS
from loader.moments import parse_printed
from playground.platform.behavior import Behavior
from playground.platform.faults import Faults
from playground.platform.shelf import Shelf


class StandIn:
    """A running stand-in: `with StandIn(shelf) as server:` and `server.url`."""

    def __init__(
        self, shelf: Shelf, behavior: Behavior | None = None, faults: Faults | None = None, port: int = 0
    ) -> None:
        self.shelf, self.behavior, self.faults = shelf, behavior or Behavior(), faults or Faults()
        self.calls: Counter[str] = Counter()
        """Data calls by data set, whatever became of them."""
        self.asked: list[tuple[str, str, str]] = []
        """Data set, updated_after and updated_before of every data call, as they came."""
        self.token_calls = 0
        self.throttled = 0
        """Calls turned away because of the limits."""
        self.tokens: dict[str, float] = {}
        self.refresh_tokens: set[str] = set()
        self.spans: dict[int, tuple[float, int]] = {}
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.stand_in = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """The template for NOVOED_API_URL."""
        return self.address + "/data/{data_set}"

    @property
    def oauth_url(self) -> str:
        """For NOVOED_OAUTH_URL."""
        return self.address + "/oauth/token"

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self) -> None:
        """Serves until interrupted."""
        while self._thread.is_alive():
            self._thread.join(0.5)  # Arrow leaves SIGINT's handler such that it does not end a wait without end

    def over_limit(self) -> float:
        """Counts one call; seconds to wait where a span is used up, else 0."""
        with self.lock:
            now = time.time()
            wait = 0.0
            for seconds, limit in (self.behavior.limits or {}).items():
                start, count = self.spans.get(seconds, (now, 0))
                if now - start >= seconds:
                    start, count = now, 0
                self.spans[seconds] = (start, count + 1)
                if count + 1 > limit:
                    wait = max(wait, start + seconds - now)
            self.throttled += wait > 0
            return wait


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stand_in: StandIn

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 60
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        """The token call."""
        stand_in = self.server.stand_in
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        with stand_in.lock:
            stand_in.token_calls += 1
        by_password = (
            form.get("grant_type") == ["password"]
            and form.get("username") == [stand_in.behavior.key]
            and form.get("password") == [stand_in.behavior.secret]
        )
        by_refresh = form.get("grant_type") == ["refresh_token"] and (
            form.get("refresh_token", [""])[0] in stand_in.refresh_tokens
        )
        if self.path != "/oauth/token" or not (by_password or by_refresh):
            self._send(HTTPStatus.UNAUTHORIZED, b'{"error": "invalid_grant"}', "application/json")
            return
        token, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        stand_in.tokens[token] = time.time() + stand_in.behavior.token_seconds
        stand_in.refresh_tokens = {refresh}
        answer = (
            f'{{"access_token": "{token}", "token_type": "Bearer", "expires_in": {stand_in.behavior.token_seconds},'
            f' "refresh_token": "{refresh}"}}'
        )
        self._send(HTTPStatus.OK, answer.encode(), "application/json")

    def do_GET(self) -> None:
        """The data call."""
        stand_in = self.server.stand_in
        parts = urlsplit(self.path)
        data_set = parts.path.removeprefix("/data/")
        if data_set not in DATA_SETS or not parts.path.startswith("/data/"):
            self._send(HTTPStatus.NOT_FOUND, b"no such data set")
            return
        query = parse_qs(parts.query)
        asked_after, asked_until = query.get("updated_after", [""])[0], query.get("updated_before", [""])[0]
        with stand_in.lock:
            stand_in.calls[data_set] += 1
            call = stand_in.calls[data_set]
            stand_in.asked.append((data_set, asked_after, asked_until))
        wait = stand_in.over_limit()
        if wait:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, b"", retry_after=int(wait) + 1)
        elif not self._is_known():
            self._send(HTTPStatus.UNAUTHORIZED, b"who are you?")
        elif stand_in.behavior.status != HTTPStatus.OK:
            self._send(HTTPStatus(stand_in.behavior.status), b"")
        else:
            self._answer(data_set, _moment(asked_after), _moment(asked_until), call)

    def _is_known(self) -> bool:
        stand_in = self.server.stand_in
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer":
            return stand_in.tokens.get(value, 0) > time.time()
        basic = base64.b64encode(f"{stand_in.behavior.key}:{stand_in.behavior.secret}".encode()).decode()
        return kind == "Basic" and value == basic

    def _answer(self, data_set: str, after: datetime | None, until: datetime | None, call: int) -> None:
        stand_in, now = self.server.stand_in, datetime.now(UTC)
        faults, behavior = stand_in.faults, stand_in.behavior
        until = until or now
        after = after or now - timedelta(days=7)  # what the API assumes
        fault = faults.draw()
        if faults.wide_days and until - after > timedelta(days=faults.wide_days):
            fault = "timeout"
        status = {"storm": 503, "throttle": 429, "error": 500, "timeout": 504}.get(fault)
        if status is not None:
            self._send(HTTPStatus(status), b"", retry_after=0 if fault == "throttle" else None)
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.close_connection = True
            self.connection.close()
        elif fault == "html":
            self._send(HTTPStatus.OK, b"<!DOCTYPE html><html><body>Maintenance</body></html>", "text/html")
        elif fault == "json":
            self._send(HTTPStatus.OK, b'{"status": "ok", "rows": []}', "application/json")
        else:
            if fault == "slow":
                time.sleep(faults.slow_seconds)
            if faults.moves and faults.strikes(faults.moves) and stand_in.shelf.count(data_set):
                stand_in.shelf.move(data_set, faults.below(stand_in.shelf.count(data_set)), now)
            least = max(1, int(behavior.page_cap * behavior.smallest_share))
            limit = least + faults.below(behavior.page_cap - least + 1)
            lines = stand_in.shelf.page(data_set, after, until, limit, call)
            body = (stand_in.shelf.header(data_set) + "\n".join([*lines, ""])).encode()
            self._send_page(body, fault == "cut")

    def _send_page(self, body: bytes, is_cut: bool) -> None:
        packed = "gzip" in self.headers.get("Accept-Encoding", "")
        sent = gzip.compress(body, 1) if packed else body
        if not is_cut:
            self._send(HTTPStatus.OK, sent, packed=packed)
            return
        faults = self.server.stand_in.faults
        way = faults.below(4 if packed else 3)
        self.close_connection = True
        if way == 0:  # short of the promised length
            self._send(HTTPStatus.OK, sent[: len(sent) // 2], packed=packed, length=len(sent))
        elif way == 1:  # short of the last chunk
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/csv")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            part = body[: body.rfind(b"\n", 0, -1) + 1]
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        elif way == 2:  # somewhere inside a line, with a length that agrees
            inside = (
                [n for n in range(1, len(body)) if body[n - 1 : n] != b"\n"] if len(body) < 10_000 else [len(body) - 2]
            )
            self._send(HTTPStatus.OK, body[: inside[faults.below(len(inside))]])
        else:  # inside the packing, with a length that agrees
            self._send(HTTPStatus.OK, sent[:-9], packed=True)

    def _send(
        self,
        status: HTTPStatus,
        body: bytes,
        kind: str = "text/csv",
        *,
        packed: bool = False,
        length: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(body)


def _moment(text: str) -> datetime | None:
    printed = parse_printed(text)
    return printed.moment if printed else None
