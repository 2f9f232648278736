"""What was written survives a power cut, and one process at a time works on it: the one place that says how."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from loader.errors import AlreadyRunning


def sync(path: Path) -> None:
    """Makes a file's bytes, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(file: Path, what: str) -> Iterator[None]:
    """Holds the lock that a file stands for; it ends with the process, however that ends, and the file stays.

    Raises AlreadyRunning at once where another holder is at work; `what` says at what, as in "Another extract is at
    work on data/landing".
    """
    lock = filelock.FileLock(file, timeout=0, mode=0o600, on_acquired=_sign)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise AlreadyRunning(f"{what}{_holder(file)}. Nothing was done; wait for it to end.") from None
    try:
        yield
    finally:
        lock.release()


def lock_beside(file: Path) -> Path:
    """The lock that stands for work on a file: hidden, in its folder."""
    return file.with_name(f".{file.name}.lock")


def holder_of(file: Path) -> str | None:
    """Who holds the lock that a file stands for, as in `process 123`; None where nobody does."""
    if not file.exists():
        return None
    with file.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _holder(file).strip(" ()") or "another process"
    return None


def _sign(descriptor: int) -> None:
    """Writes down which process holds the lock, for the message that others get."""
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())


def _holder(file: Path) -> str:
    try:
        process = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):  # some systems let nobody else read a locked file
        return ""
    return f" (process {process})" if process.isdecimal() else ""
