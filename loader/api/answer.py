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
from pathlib import Path

import httpx

from loader.api.page import Page
from loader.errors import CallFailed, CallTimedOut
from loader.intervals import Interval

LONGEST_CALL = 600.0
"""Seconds for a whole answer, so that one that drips byte by byte ends, too."""


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
        for chunk in _unpacked(response, name):
            digest.update(chunk)
            byte_count += len(chunk)
            packed.write(chunk)
        packed.close()
        raw.flush()
        os.fsync(raw.fileno())
    return byte_count, digest.hexdigest()


def _unpacked(response: httpx.Response, name: str) -> Iterator[bytes]:
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
