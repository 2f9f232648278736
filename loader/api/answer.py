"""One answer of the API: its body streamed into a file, unpacked and hashed."""

from __future__ import annotations

import gzip
import hashlib
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

import httpx

from loader.api.page import Page
from loader.errors import CallFailed, CallTimedOut
from loader.intervals import Interval

LONGEST_CALL = 600.0
"""Seconds for a whole answer, so that one that drips byte by byte ends, too."""
_GZIP = b"\x1f\x8b\x08"
"""How gzip begins; no CSV and no JSON does."""
_LAYERS = 2
"""A proxy may pack once more what the platform has packed."""


@dataclass(frozen=True)
class Answer:
    """A complete page in its file, gzip-compressed, not yet under its final name."""

    page: Page
    asked: Interval
    requested_at: datetime
    byte_count: int
    """Of the CSV itself, uncompressed."""
    digest: str
    """SHA-256 of the CSV itself."""


def save(response: httpx.Response, file: Path, name: str) -> tuple[int, str]:
    """Streams the body into the file, fsynced; returns its size and SHA-256. Raises CallFailed on a cut-off body."""
    digest, byte_count = hashlib.sha256(), 0
    descriptor = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with (
        os.fdopen(descriptor, "wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=4, mtime=0) as packed,
    ):
        for chunk in unpacked(response, name):
            digest.update(chunk)
            byte_count += len(chunk)
            packed.write(chunk)
        packed.close()
        raw.flush()
        os.fsync(raw.fileno())
    return byte_count, digest.hexdigest()


def unpacked(response: httpx.Response, name: str) -> Iterator[bytes]:
    """The body's bytes, gzip taken off where they are gzip, whatever Content-Encoding says of them.

    Done here, because httpx goes by that header alone, and takes a gzip body that breaks off for a complete one.
    """
    return _plain(_arriving(response, name), name, _LAYERS)


def _arriving(response: httpx.Response, name: str) -> Iterator[bytes]:
    deadline = time.monotonic() + LONGEST_CALL
    for chunk in response.iter_raw():
        if time.monotonic() > deadline:
            raise CallTimedOut(f"{name}: the API did not answer in time.")
        yield chunk


def _plain(chunks: Iterator[bytes], name: str, layers: int) -> Iterator[bytes]:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= len(_GZIP):
            break
    body = chain([head], chunks)
    if head.startswith(_GZIP) and layers:
        return _plain(_gunzipped(body, name), name, layers - 1)
    return body


def _gunzipped(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    unpack = zlib.decompressobj(31)
    for arrived in chunks:
        chunk = arrived
        try:
            while chunk:
                if unpack.eof:  # gzip allows several members in a row, and zeros behind them
                    chunk = chunk.lstrip(b"\0")
                    if not chunk:
                        break
                    unpack = zlib.decompressobj(31)
                yield unpack.decompress(chunk, 1 << 20)
                chunk = unpack.unconsumed_tail or unpack.unused_data
        except zlib.error:
            raise CallFailed(f"{name}: the answer's gzip packing is broken.") from None
    if not unpack.eof:
        raise CallFailed(f"{name}: the answer breaks off inside its gzip packing.")
