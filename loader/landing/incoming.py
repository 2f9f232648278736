"""A file on its way in, read ahead as far as memory allows: most are known to be sound before any of it lands."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator

from loader.catalog import FILE_SETS
from loader.landing.folder import LandedFile, StoredFile
from loader.landing.records import BLOCK_BYTES, Block, CsvReader

READ_AHEAD = 64 << 20
"""Bytes of a file's records that are held in memory; a page of 20,000 rows has 2 to 10 MB."""


class Incoming:
    """One open file with a usable header. Raises FileRefused where there is none, or where what it read is not sound.

    `blocks` gives its records, once; what is to be known of it as a whole is known after the last one.
    """

    def __init__(self, file: LandedFile, stored: StoredFile, block_bytes: int = BLOCK_BYTES) -> None:
        self.file = file
        self._stored = stored
        self._reader = CsvReader(stored, FILE_SETS[file.data_set], block_bytes=block_bytes)
        self.columns = self._reader.header.columns
        """Names in the file's order."""
        self.landed_row_count = 0
        self.reject_reasons: Counter[str] = Counter()
        """Rejected records by kind of reason."""
        self.sha256, self.byte_count = "", 0
        """Of the file as it is stored."""
        self._ahead: deque[Block] = deque()
        self._coming = self._read()
        self.is_whole = self._read_ahead()
        """Whether all of it was read: nothing can go wrong with it any more."""

    @property
    def row_count(self) -> int:
        """Records, rejected ones included."""
        return self._reader.row_count

    def blocks(self) -> Iterator[Block]:
        """The records in order. Unless the file is whole it raises FileRefused where the rest is not sound."""
        while self._ahead:
            yield self._ahead.popleft()
        yield from self._coming

    def _read(self) -> Iterator[Block]:
        for block in self._reader.blocks():
            self.landed_row_count += block.rows.height
            self.reject_reasons.update(reject.kind for reject in block.rejects)
            yield block
        self.sha256, self.byte_count = self._stored.fingerprint()

    def _read_ahead(self) -> bool:
        room = READ_AHEAD
        for block in self._coming:
            self._ahead.append(block)
            room -= int(block.rows.estimated_size()) + block.rejected_size
            if room <= 0:
                return False
        return True
