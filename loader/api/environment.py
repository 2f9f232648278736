"""Variables of the environment that HTTP programs share: proxies and certificates, checked before the first call.

Their values may hold a password and are never repeated.
"""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path

import httpx

from loader.errors import UsageError

PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_SHARED = (*PROXIES, *CERTIFICATES, "NO_PROXY")


def also_check(http: httpx.Client, *names: str) -> str:
    """A sentence that names those of these variables that are set, where the client goes by them."""
    found = _set_names(*names) if http.trust_env else ""
    return f" The environment sets {found}: check that, too." if found else ""


def check_environment() -> None:
    """Raises UsageError naming the variables that cannot mean what their programs take them for."""
    problems = []
    for name, value in sorted(os.environ.items()):
        kind = name.upper()
        if not value or (kind == "SSL_CERT_DIR" and os.environ.get("SSL_CERT_FILE")):
            continue
        if kind in PROXIES and not _is_proxy(value):
            problems.append(f"{name} is not the http:// or https:// URL of a proxy")
        elif name == "SSL_CERT_FILE" and not _holds_certificates(Path(value)):
            problems.append(f"{name} is not a file with certificates")
        elif name == "SSL_CERT_DIR" and not Path(value).is_dir():
            problems.append(f"{name} is not a folder of certificates")
    if problems:
        raise UsageError(f"{'; '.join(problems)}. Mend it in the environment or unset it.")


def not_prepared() -> UsageError:
    """For what only shows when a connection is prepared."""
    return UsageError(
        f"No connection can be prepared with {_set_names(*_SHARED)} as set in the environment. Mend or unset what is"
        " wrong."
    )


def _set_names(*names: str) -> str:
    """Lower-cased ones, too, as in `HTTPS_PROXY, all_proxy`."""
    return ", ".join(sorted(name for name in os.environ if name.upper() in names and os.environ[name]))


def _is_proxy(value: str) -> bool:
    try:
        url = httpx.URL(value if "://" in value else f"http://{value}")
    except httpx.InvalidURL:
        return False
    is_host = re.fullmatch(r"[\w.-]+", url.host) or ":" in url.host
    return url.scheme in ("http", "https") and bool(is_host) and (url.port is None or 0 < url.port < 65536)


def _holds_certificates(file: Path) -> bool:
    try:
        ssl.create_default_context(cafile=file)
    except OSError:  # ssl.SSLError, too
        return False
    return True
