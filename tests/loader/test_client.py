"""The client takes nothing for a page that is none, retries what can pass, and keeps the key to itself."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from loader.api.access import Access, BasicAccess, OAuthAccess
from loader.api.answer import Answer
from loader.api.budget import Budget
from loader.api.client import ATTEMPTS, Client, open_http
from loader.catalog import DATA_SETS
from loader.errors import AccessRefused, CallFailed, CallRefused, CallTimedOut, UsageError
from loader.intervals import Interval
from loader.settings import Settings
from loader.store import open_store

ASKED = Interval(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC))
URL = "https://api.example/{data_set}?v=1"
GOOD = (
    "user_id,institution_id,record_updated_date,record_deleted\n"
    "1,1,2024-05-02T10:00:00Z,false\n"
    "2,1,2024-05-01T10:00:00Z,false\n"
)
Reply = Callable[[httpx.Request], httpx.Response]


class Setting:
    """A client on top of a fake network, and what it did."""

    def __init__(self, tmp_path: Path, *replies: Reply | httpx.Response | Exception) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []
        self.file = tmp_path / "page.csv.gz"
        self.http = httpx.Client(transport=httpx.MockTransport(self.reply))
        self.folder = tmp_path

    def reply(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx.Response) else reply(request)

    def fetch(self, access: Access | None = None, *, can_narrow: bool = False) -> Answer:
        key, secret = SecretStr("key"), SecretStr("secret")
        sleep = self.pauses.append
        with open_store(self.folder / ".extract.sqlite", "") as store:
            budget = Budget(store, key, sleep=sleep, say=lambda _: None, limits={3600: 10**6})
            access = access or BasicAccess(key, secret)
            client = Client(self.http, URL, access, budget, sleep=sleep, jitter=lambda: 0.0)
            return client.fetch(DATA_SETS["users"], ASKED, self.file, can_narrow=can_narrow)


def csv(text: str = GOOD, **headers: str) -> Reply:
    return lambda _: httpx.Response(200, stream=httpx.ByteStream(text.encode()), headers=headers)


def status(code: int, **headers: str) -> Reply:
    return lambda _: httpx.Response(code, headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_a_call_asks_the_way_the_api_documents(tmp_path: Path) -> None:
    setting = Setting(tmp_path, csv())
    answer = setting.fetch()
    assert str(setting.requests[0].url) == (
        "https://api.example/users?v=1&updated_after=2024-01-01T00%3A00%3A00Z&updated_before=2024-12-31T00%3A00%3A00Z"
    )
    assert setting.requests[0].headers["Authorization"] == "Basic a2V5OnNlY3JldA=="
    assert (answer.page.row_count, answer.page.smallest) == (2, datetime(2024, 5, 1, 10, tzinfo=UTC))
    assert gzip.decompress(setting.file.read_bytes()).decode() == GOOD


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 504, 520, 524, 599, 420, 499, 600])
def test_what_can_pass_is_tried_again(tmp_path: Path, code: int) -> None:
    setting = Setting(tmp_path, status(code), status(code), csv())
    assert setting.fetch().page.row_count == 2
    assert setting.pauses == [0.25, 0.5]


@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), CallRefused, "certificate cannot be verified"),
        (httpx.ConnectError("refused"), CallFailed, "no connection to the API. Check NOVOED_API_URL"),
        (httpx.ConnectTimeout("slow"), CallFailed, "no connection to the API within 15 s"),
        (httpx.ReadError("reset"), CallFailed, r"the connection broke off \(ReadError\)"),
    ],
)
def test_connections_that_fail(tmp_path: Path, error: Exception, raised: type[Exception], message: str) -> None:
    setting = Setting(tmp_path, error)
    with pytest.raises(raised, match=f"users: .*{message}"):
        setting.fetch(can_narrow=True)
    assert len(setting.requests) == (ATTEMPTS if raised is CallFailed else 1)


def test_tries_are_limited_and_the_data_set_is_named(tmp_path: Path) -> None:
    setting = Setting(tmp_path, status(503))
    with pytest.raises(CallFailed, match=r"^users: the API answered with status 503\.$"):
        setting.fetch()
    assert len(setting.requests) == ATTEMPTS >= 3
    assert setting.pauses == [0.25, 0.5, 1, 2, 4, 8]


@pytest.mark.parametrize(("header", "pause"), [("7", 7.0625), ("99999", 300.0625), ("soon", 0.25), ("-1", 0.25)])
def test_retry_after_is_honoured_up_to_a_cap(tmp_path: Path, header: str, pause: float) -> None:
    setting = Setting(tmp_path, status(503, Retry_After=header), csv())
    setting.fetch()
    assert setting.pauses == [pytest.approx(pause)]


@pytest.mark.parametrize("code", [204, 206, 400, 404, 418])
def test_what_cannot_pass_is_not_tried_again(tmp_path: Path, code: int) -> None:
    setting = Setting(tmp_path, status(code))
    with pytest.raises(CallRefused, match=rf"users: the API answered with status {code}. Check NOVOED_API_URL"):
        setting.fetch()
    assert len(setting.requests) == 1


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_key_says_what_to_check(tmp_path: Path, code: int) -> None:
    setting = Setting(tmp_path, status(code))
    with pytest.raises(AccessRefused, match=rf"status {code}.*whole institution.*allow-list.*enabled"):
        setting.fetch()
    assert len(setting.requests) == 1


@pytest.mark.parametrize("reply", [httpx.ReadTimeout("slow"), status(504)])
def test_a_timeout_is_handed_back_at_once_where_the_window_can_be_narrowed(
    tmp_path: Path, reply: Reply | httpx.Response | Exception
) -> None:
    setting = Setting(tmp_path, reply)
    with pytest.raises(CallTimedOut, match="users: the API did not answer in time"):
        setting.fetch(can_narrow=True)
    assert len(setting.requests) == 1
    with pytest.raises(CallTimedOut):
        setting.fetch()
    assert len(setting.requests) == 1 + ATTEMPTS


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "<html><body>Sorry</body></html>",
            "not a page of users: it is not a CSV but HTML or XML, maybe an error page",
        ),
        ('{"error": "x"}', "it is not a CSV but JSON"),
        ("", "it is empty"),
        ("id,name\n1,x\n", "its header lacks the key columns user_id, institution_id of users"),
        (GOOD.replace("user_id", "person"), "its header lacks the key column user_id of users"),
        (GOOD + "3,1,2024-04", r"breaks off in its last record \(too few fields: 3 instead of 4\)"),
        (GOOD + '3,1,2024-04-01,"fal', r"breaks off in its last record \(broken quoting: a quote is not closed"),
        (GOOD + "3,1,2024-05-03T00:00:00Z,false\n", "do not come newest first"),
        (GOOD + "3,1,2023-05-03T00:00:00Z,false\n", "outside of the interval asked for"),
        (GOOD.replace("2024-05-02", "2025-05-02"), "outside of the interval asked for"),
        (GOOD.replace("record_updated_date", "updated"), "its header lacks the column record_updated_date"),
        (GOOD.replace("2024", "soon"), "no row of the answer has a readable updated timestamp"),
    ],
)
def test_what_is_no_complete_page_of_the_data_set_is_a_failed_call(tmp_path: Path, body: str, message: str) -> None:
    setting = Setting(tmp_path, csv(body))
    with pytest.raises(CallFailed, match=message):
        setting.fetch()
    assert len(setting.requests) == ATTEMPTS


def test_a_last_record_without_line_end_is_asked_for_again_and_believed_only_if_it_comes_the_same(
    tmp_path: Path,
) -> None:
    setting = Setting(tmp_path, csv(GOOD[:-3]), csv(GOOD))
    assert setting.fetch().page.ends_line
    assert len(setting.requests) == 2
    setting = Setting(tmp_path, csv(GOOD[:-3]), csv(GOOD[:-3]), csv(GOOD))
    assert setting.fetch().page.ends_line
    assert len(setting.requests) == 3
    setting = Setting(tmp_path, csv(GOOD[:-1]))
    assert setting.fetch().page.row_count == 2
    assert len(setting.requests) == 3


def test_a_header_cut_short_is_no_empty_page(tmp_path: Path) -> None:
    setting = Setting(tmp_path, csv("user_id,institution_id,record_updated_date,rec"), csv(GOOD))
    assert setting.fetch().page.row_count == 2


def packed_reply(body: bytes, stated: str | None, code: int = 200) -> Reply:
    headers = {} if stated is None else {"Content-Encoding": stated}
    return lambda _: httpx.Response(code, stream=httpx.ByteStream(body), headers=headers)


PLAIN = GOOD.encode()
PACKED = gzip.compress(PLAIN)
WHOLE_BODIES = {
    "plain": PLAIN,
    "gzip": PACKED,
    "gzip twice": gzip.compress(PACKED),
    "gzip in members": gzip.compress(PLAIN[:70]) + gzip.compress(PLAIN[70:]),
    "gzip with zeros behind it": PACKED + bytes(600),
    "a byte order mark": b"\xef\xbb\xbf" + PLAIN,
}


@pytest.mark.parametrize(
    "stated", [None, "", "identity", "none", "UTF-8", "gzip", "x-gzip", "gzip, gzip", "br", "aws-chunked"]
)
@pytest.mark.parametrize("body", WHOLE_BODIES.values(), ids=WHOLE_BODIES.keys())
def test_a_whole_body_is_used_whatever_is_said_of_its_packing(tmp_path: Path, body: bytes, stated: str | None) -> None:
    setting = Setting(tmp_path, packed_reply(body, stated))
    assert setting.fetch().page.row_count == 2
    assert gzip.decompress(setting.file.read_bytes()).removeprefix(b"\xef\xbb\xbf") == PLAIN
    assert len(setting.requests) == 1


def test_a_status_that_a_proxy_makes_of_200_is_as_good(tmp_path: Path) -> None:
    assert Setting(tmp_path, packed_reply(PACKED, "gzip", 203)).fetch().page.row_count == 2


@pytest.mark.parametrize("stated", [None, "gzip"])
@pytest.mark.parametrize("end", [-1, -9, 30])
def test_a_gzip_body_that_breaks_off_is_a_failed_call(tmp_path: Path, end: int, stated: str | None) -> None:
    with pytest.raises(CallFailed, match="breaks off inside its gzip packing"):
        Setting(tmp_path, packed_reply(PACKED[:end], stated)).fetch()


def test_a_gzip_body_that_is_damaged_is_a_failed_call(tmp_path: Path) -> None:
    damaged = PACKED[:40] + bytes([PACKED[40] ^ 0xFF]) + PACKED[41:]
    with pytest.raises(CallFailed, match="gzip packing is broken"):
        Setting(tmp_path, packed_reply(damaged, "gzip")).fetch()


def test_a_packing_that_cannot_be_taken_off_is_named(tmp_path: Path) -> None:
    with pytest.raises(CallFailed, match=r"not a page of users: .*\. It came with Content-Encoding: br, which was not"):
        Setting(tmp_path, packed_reply(b"\x0b\x05\x80abc\x03", "br")).fetch()


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/x", "http://api.example/x", "https://api.example:8443/x"]
)
def test_a_redirect_to_another_host_is_refused(tmp_path: Path, target: str) -> None:
    setting = Setting(tmp_path, status(302, Location=target))
    with pytest.raises(CallRefused, match="redirects to another host or protocol, which must not see the key"):
        setting.fetch()
    assert len(setting.requests) == 1


def test_a_redirect_on_the_same_host_is_followed(tmp_path: Path) -> None:
    setting = Setting(tmp_path, status(307, Location="/v2/users"), csv())
    assert setting.fetch().page.row_count == 2
    assert setting.requests[1].url.path == "/v2/users"


class Tokens:
    """A token endpoint: answers in order."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.forms: list[dict[str, str]] = []

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.forms.append(dict(httpx.QueryParams(request.content.decode())))
        return self.answers.pop(0)


def token(name: str, life: int = 100, refresh: str | None = "again") -> httpx.Response:
    fields = {"access_token": name, "expires_in": life, "refresh_token": refresh}
    return httpx.Response(200, stream=httpx.ByteStream(json.dumps(fields).encode()))


def oauth(tokens: Tokens, clock: Callable[[], float] = lambda: 0.0) -> OAuthAccess:
    return OAuthAccess(tokens.client(), "https://api.example/token", SecretStr("key"), SecretStr("secret"), clock)


def test_a_token_is_used_until_it_ends_and_then_refreshed() -> None:
    now = [0.0]
    tokens = Tokens(token("one"), token("two"))
    access = oauth(tokens, lambda: now[0])
    assert access.header() == access.header() == ("Authorization", "Bearer one")
    now[0] = 95.0
    assert access.header() == ("Authorization", "Bearer two")
    assert tokens.forms == [
        {"grant_type": "password", "username": "key", "password": "secret"},
        {"grant_type": "refresh_token", "refresh_token": "again"},
    ]


def test_a_refresh_token_that_is_refused_falls_back_on_the_key() -> None:
    now = [0.0]
    tokens = Tokens(token("one"), httpx.Response(400), token("two"))
    access = oauth(tokens, lambda: now[0])
    access.header()
    now[0] = 1000.0
    assert access.header() == ("Authorization", "Bearer two")
    assert tokens.forms[-1]["grant_type"] == "password"


@pytest.mark.parametrize(("pack", "stated"), [(bytes, "gzip"), (gzip.compress, ""), (gzip.compress, "gzip")])
def test_a_token_is_read_whatever_is_said_of_its_packing(pack: Callable[[bytes], bytes], stated: str) -> None:
    body = httpx.ByteStream(pack(b'{"access_token": "one", "expires_in": 100}'))
    access = oauth(Tokens(httpx.Response(200, stream=body, headers={"Content-Encoding": stated})))
    assert access.header() == ("Authorization", "Bearer one")


def test_a_refused_token_gets_one_fresh_one(tmp_path: Path) -> None:
    tokens = Tokens(token("old"), token("new"))
    setting = Setting(tmp_path, status(401), csv())
    assert setting.fetch(oauth(tokens)).page.row_count == 2
    assert [r.headers["Authorization"] for r in setting.requests] == ["Bearer old", "Bearer new"]
    tokens = Tokens(token("old"), token("new"))
    setting = Setting(tmp_path, status(401))
    with pytest.raises(AccessRefused, match="status 401"):
        setting.fetch(oauth(tokens))
    assert len(setting.requests) == 2


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (httpx.Response(401), AccessRefused, "refused the key with status 401.*allow-list"),
        (httpx.Response(500), CallFailed, "answered with status 500"),
        (httpx.Response(200, stream=httpx.ByteStream(b"hello")), CallFailed, "answered without an access token"),
        (httpx.Response(200, stream=httpx.ByteStream(b'["x"]')), CallFailed, "answered without an access token"),
    ],
)
def test_a_token_endpoint_that_gives_no_token(answer: httpx.Response, error: type[Exception], message: str) -> None:
    where = r"^The token endpoint https://api\.example/token \(NOVOED_OAUTH_URL\) "
    with pytest.raises(error, match=where + message):
        oauth(Tokens(answer)).header()


def test_a_token_url_that_nobody_set_is_named_as_the_default() -> None:
    url = Settings.model_validate({}).oauth_url
    access = OAuthAccess(Tokens(httpx.Response(404)).client(), url, SecretStr("key"), SecretStr("secret"))
    message = (
        r"endpoint https://api\.novoed\.com/oauth/token \(the default of NOVOED_OAUTH_URL\) answered with status 404"
    )
    with pytest.raises(CallFailed, match=message):
        access.header()


def test_threads_share_one_token() -> None:
    tokens = Tokens(token("one"))
    access = oauth(tokens)
    threads = [threading.Thread(target=access.header) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens.forms) == 1


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing is set for other programs."""
    for name in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9", "URL of a proxy"),
        ("all_proxy", "socks5://127.0.0.1:9", "URL of a proxy"),
        ("HTTPS_PROXY", "foo://127.0.0.1:9", "URL of a proxy"),
        ("HTTPS_PROXY", "http://[bad", "URL of a proxy"),
        ("https_proxy", "http://", "URL of a proxy"),
        ("HTTPS_PROXY", "http://proxy.example:99999", "URL of a proxy"),
        ("HTTP_PROXY", "http://me:SECRET-TEXT@proxy example", "URL of a proxy"),
        ("SSL_CERT_FILE", "/nowhere/company.pem", "a file with certificates"),
        ("SSL_CERT_FILE", "/dev/null", "a file with certificates"),
        ("SSL_CERT_FILE", ".", "a file with certificates"),
        ("SSL_CERT_DIR", "/nowhere", "a folder of certificates"),
        ("SSL_CERT_DIR", __file__, "a folder of certificates"),
    ],
)
def test_what_is_set_for_other_programs_and_cannot_be_used_is_named(
    environment: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(UsageError, match=f"^{name} is not [^;]*{message}") as refused:
        open_http("https://api.example/{data_set}")
    assert "SECRET" not in str(refused.value)
    open_http("http://127.0.0.1:9/{data_set}").close()


@pytest.mark.parametrize("value", ["proxy.example:3128", "http://me:word@10.0.0.1:3128/", "https://[::1]:3128"])
def test_a_proxy_as_people_write_one_is_taken(environment: pytest.MonkeyPatch, value: str) -> None:
    environment.setenv("HTTPS_PROXY", value)
    open_http("https://api.example/{data_set}").close()


def test_what_shows_only_when_a_connection_is_prepared_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("NO_PROXY", "http://a:b:c")
    with pytest.raises(UsageError, match=r"^No connection can be prepared with NO_PROXY as set in the environment"):
        open_http("https://api.example/{data_set}")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (httpx.ConnectError("refused"), "no connection to the API"),
        (
            httpx.ProxyError("407 Proxy Authentication Required"),
            r"the proxy gives no connection to the API \(status 407\)",
        ),
    ],
)
def test_a_proxy_may_be_why_there_is_no_connection(
    tmp_path: Path, environment: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    environment.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(CallFailed, match=rf"{message}.* The environment sets https_proxy: check that, too\.$"):
        Setting(tmp_path, error).fetch()
