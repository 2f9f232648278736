"""Which files are what was loaded of them already. Their hash alone is proof: a file keeps time and size easily.

Several files are read at a time, and ahead of their turn: hashing holds no lock of Python's.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event

from loader.landing.folder import LandedFile, open_stored
from loader.warehouse.raw import FileRecord

_THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
_AHEAD = 64
"""Files that are looked at before their turn: none of the threads waits, and one that lands does not wait for all."""
_GLANCE_SECONDS = 0.1
"""How long one wait for a thread is: where polars is loaded Ctrl+C ends none, and is noticed between two."""


@contextmanager
def compared(
    files: list[LandedFile], earlier: Mapping[tuple[str, str], FileRecord]
) -> Iterator[Iterator[tuple[LandedFile, Future[bool] | None]]]:
    """The files in order, each with whether it is unchanged, which `answer` waits for; None if it was never loaded.

    Whoever still waits at the end gets a CancelledError.
    """
    is_over = Event()
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            yield _ahead(files, earlier, pool, is_over)
        finally:
            is_over.set()
            pool.shutdown(wait=False, cancel_futures=True)


def answer(comparison: Future[bool]) -> bool:
    """Whether the file is unchanged. Raises FileRefused or OSError if it cannot be read."""
    while not wait([comparison], _GLANCE_SECONDS).done:
        pass
    return comparison.result()


def _ahead(
    files: list[LandedFile],
    earlier: Mapping[tuple[str, str], FileRecord],
    pool: ThreadPoolExecutor,
    is_over: Event,
) -> Iterator[tuple[LandedFile, Future[bool] | None]]:
    asked: deque[tuple[LandedFile, Future[bool] | None]] = deque()
    for file in files:
        before = earlier.get((file.data_set, file.source_file))
        asked.append((file, pool.submit(_is_unchanged, file, before, is_over) if before else None))
        if len(asked) > _AHEAD:
            yield asked.popleft()
    yield from asked


def _is_unchanged(file: LandedFile, before: FileRecord, is_over: Event) -> bool:
    def check(_: int) -> None:
        if is_over.is_set():
            raise CancelledError

    if file.path.stat().st_size != before.byte_count:
        return False
    with open_stored(file, check) as stored:
        return stored.fingerprint() == (before.sha256, before.byte_count)
