"""The landing folder: which CSV files lie there, and the bytes inside them.

`<landing>/<data_set>/…/<anything>.csv`, `.csv.gz` or `.csv.zst`, at any depth. Names that begin with `.` are never
read: files appear under their final name only when they are complete.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from loader.catalog import ATTRIBUTE_SETS, FILE_SETS
from loader.errors import FileRefused
from loader.landing.forms import SUFFIXES, compression_of, is_csv, what_to_do

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER_BYTES = 1 << 20
_HASHED_BYTES = 1 << 18
"""At once: as much as stays in a core's cache."""


@dataclass(frozen=True)
class LandedFile:
    """One CSV file of a data set."""

    data_set: str
    path: Path
    source_file: str
    """Path relative to the landing folder, `/` separated."""
    compression: str | None


@dataclass
class Landing:
    """What lies in a landing folder."""

    folder: Path
    files: list[LandedFile] = field(default_factory=list)
    """By data set in the catalog's order, attributes last, then by path."""
    unread: list[str] = field(default_factory=list)
    """Sentences on data that is not read although somebody put it there."""
    notes: list[str] = field(default_factory=list)
    """Sentences on files that are passed over, as they are not CSV."""

    @property
    def has_attributes_alone(self) -> bool:
        """Whether there are attributes, and nobody and nothing that they could be of."""
        return bool(self.files) and all(file.data_set in ATTRIBUTE_SETS for file in self.files)


def walk_landing(landing: Path) -> Landing:
    """Everything in the landing folder; empty if the folder does not exist. Raises OSError if it cannot be listed."""
    found = Landing(landing)
    if not landing.exists():
        return found
    for path in sorted(landing.iterdir()):
        if path.name.startswith("."):
            continue
        if not path.is_dir():
            if is_csv(path.name) or what_to_do(path):
                found.unread.append(f"{path.name} lies outside a data set's folder; move it into one, e.g. users/")
        elif path.name not in FILE_SETS:
            count = sum(1 for child in _walk(path, found) if is_csv(child.name) or what_to_do(child))
            known = f"folders are named {', '.join(FILE_SETS)}"
            if count:
                found.unread.append(
                    f"folder {path.name}/ is not a data set, its data files ({count}) are not read; {known}"
                )
            else:
                found.notes.append(f"folder {path.name}/ is not a data set and has no data files; {known}")
    for data_set in FILE_SETS:
        if (landing / data_set).is_dir():
            _walk_data_set(landing, data_set, found)
    return found


def _walk_data_set(landing: Path, data_set: str, found: Landing) -> None:
    for path in sorted(_walk(landing / data_set, found)):
        source_file = path.relative_to(landing).as_posix()
        advice = what_to_do(path)
        if advice:
            found.unread.append(f"{_printable(source_file)} is data in a form that is not read; {advice}")
        elif not is_csv(path.name):
            found.notes.append(f"{_printable(source_file)} is not read: its name ends in none of {', '.join(SUFFIXES)}")
        elif source_file != _printable(source_file):
            found.unread.append(f"{_printable(source_file)} is not read: its name is not UTF-8 text; rename it")
        else:
            found.files.append(LandedFile(data_set, path, source_file, compression_of(path.name)))


def _walk(folder: Path, found: Landing) -> Iterator[Path]:
    """Every file below `folder` but hidden ones; follows links, but into no folder twice."""
    seen: set[tuple[int, int]] = set()

    def note(error: OSError) -> None:
        found.unread.append(f"{_printable(str(error.filename))} cannot be listed: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=note, followlinks=True):
        status = Path(parent).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in names if not name.startswith("."))


def _printable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class StoredFile:
    """A file of the landing folder as a stream of decompressed bytes that hashes what is stored, in the same pass."""

    def __init__(self, raw: io.FileIO, compression: str | None, progress: Callable[[int], None]) -> None:
        self._stored = _Hashing(raw, progress)
        self._stream: _Hashing | gzip.GzipFile | zstd.ZstdFile = self._stored
        if compression == "gzip":
            self._stream = gzip.GzipFile(fileobj=io.BufferedReader(self._stored, _BUFFER_BYTES))
        elif compression == "zstd":
            self._stream = zstd.ZstdFile(io.BufferedReader(self._stored, _BUFFER_BYTES))
        self._packing = {"gzip": "gzip", "zstd": "Zstandard"}.get(compression or "")

    def read(self, size: int, /) -> bytes:
        """At most `size` decompressed bytes, b"" at the end. Raises FileRefused where they cannot be had."""
        try:
            return self._stream.read(size)
        except EOFError:
            raise FileRefused(f"its {self._packing} data ends too early; copy or fetch the file again") from None
        except (gzip.BadGzipFile, zlib.error, zstd.ZstdError):
            raise FileRefused(
                f"its {self._packing} data is corrupt, or followed by something else; copy or fetch the file again"
            ) from None

    def fingerprint(self) -> tuple[str, int]:
        """SHA-256 in hexadecimal and number of the bytes stored, of which it reads what is left. Raises FileRefused."""
        buffer = bytearray(_HASHED_BYTES)
        while self._stored.readinto(buffer):
            pass
        return self._stored.digest.hexdigest(), self._stored.byte_count


class _Hashing(io.RawIOBase):
    def __init__(self, raw: io.FileIO, progress: Callable[[int], None]) -> None:
        self._raw = raw
        self._progress = progress
        self.digest = hashlib.sha256()
        self.byte_count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        try:
            count = self._raw.readinto(buffer) or 0
        except OSError as error:
            raise FileRefused(f"it cannot be read: {error.strerror}; check the disk, or copy the file again") from None
        self.digest.update(memoryview(buffer)[:count])
        self.byte_count += count
        self._progress(count)
        return count


@contextmanager
def open_stored(file: LandedFile, progress: Callable[[int], None] = lambda _: None) -> Iterator[StoredFile]:
    """Opens a landed file; `progress` is told the number of stored bytes read. Raises FileRefused if it can't."""
    try:
        if not file.path.is_file():
            raise FileRefused("it is not a regular file, or a link to nothing; put the file itself there")
        raw = file.path.open("rb", buffering=0)
    except OSError as error:
        raise FileRefused(f"it cannot be opened: {error.strerror}; check who owns it") from None
    with raw:
        yield StoredFile(raw, file.compression, progress)
