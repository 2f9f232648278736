"""From the landing folder into schema `raw`: each file in one transaction, as it came, and only once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from loader.catalog import DATA_SETS
from loader.errors import DatabaseUnavailable, FileRefused
from loader.landing.folder import LandedFile, Landing, StoredFile, fingerprint_of, open_stored
from loader.landing.records import BLOCK_BYTES, Block, CsvReader, Reject
from loader.warehouse.database import explain, open_database, quote
from loader.warehouse.raw import (
    FileRecord,
    add_columns,
    file_records,
    forget_file,
    make_raw_tables,
    write_extraction_tables,
)

_BATCH_ROWS = 2048
"""DuckDB's vector size. It holds on to the batches it reads for a while; of larger ones it piles up more."""

_REJECTS_AT_ONCE = 16 << 20
"""Characters of rejected text that wait in memory while an insert of rows runs."""


@dataclass(frozen=True)
class FileResult:
    """What became of one file. Counts are records; `refusal` is set if nothing of the file landed."""

    file: LandedFile
    is_unchanged: bool = False
    refusal: str | None = None
    landed_row_count: int = 0
    reject_reasons: dict[str, int] = field(default_factory=dict)
    """Rejected records by kind of reason."""
    new_columns: list[str] = field(default_factory=list)
    """Columns that the table did not have before."""

    @property
    def rejected_row_count(self) -> int:
        """Records of the file that were rejected."""
        return sum(self.reject_reasons.values())


def load_files(
    database: Path,
    landing: Landing,
    *,
    data_sets: list[str] | None = None,
    progress: Callable[[LandedFile, int], None] = lambda _file, _bytes: None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[FileResult]:
    """Loads what is new or changed, of all data sets or those named, and yields what became of each file.

    Every table of schema `raw` exists before the first file is read. `progress` is told how many more stored bytes of
    a file were read. Raises DatabaseUnavailable; a file that cannot be read is a result with `refusal`, not an error.
    """
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    with open_database(database) as connection:
        try:
            make_raw_tables(connection)
            write_extraction_tables(connection, landing.folder)
            earlier = file_records(connection)
            for file in landing.files:
                if data_sets is None or file.data_set in data_sets:
                    before = earlier.get((file.data_set, file.source_file))
                    yield _FileLoad(connection, file, loaded_at, progress, block_bytes).run(before)
        except duckdb.Error as error:
            raise DatabaseUnavailable(explain(database, error)) from error


class _FileLoad:
    """The one transaction that lands one file."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        file: LandedFile,
        loaded_at: datetime,
        progress: Callable[[LandedFile, int], None],
        block_bytes: int,
    ) -> None:
        self._connection = connection
        self._file = file
        self._loaded_at = loaded_at
        self._progress = progress
        self._block_bytes = block_bytes
        self._landed_row_count = 0
        self._reasons: Counter[str] = Counter()
        self._failure: BaseException | None = None

    def run(self, before: FileRecord | None) -> FileResult:
        """Lands the file unless its content is that of `before`."""
        try:
            if before and self._is_unchanged(before):
                if before.header is None:
                    self._note_header()
                return FileResult(self._file, is_unchanged=True)
            with open_stored(self._file, lambda count: self._progress(self._file, count)) as stored:
                return self._land(stored, before)
        except FileRefused as refused:
            return FileResult(self._file, refusal=str(refused))
        except OSError as error:
            return FileResult(self._file, refusal=f"it cannot be read: {error.strerror or error}")

    def _is_unchanged(self, before: FileRecord) -> bool:
        fingerprint = (before.sha256, before.byte_count)
        return self._file.path.stat().st_size == before.byte_count and fingerprint_of(self._file) == fingerprint

    def _note_header(self) -> None:
        """For a file that an earlier version loaded, which kept no headers. Raises FileRefused."""
        with open_stored(self._file) as stored:
            header = CsvReader(stored, DATA_SETS[self._file.data_set], block_bytes=self._block_bytes).header
        self._connection.execute(
            "update raw._files set header = ? where data_set = ? and source_file = ?",
            [header.columns, self._file.data_set, self._file.source_file],
        )

    def _land(self, stored: StoredFile, before: FileRecord | None) -> FileResult:
        data_set, source_file = self._file.data_set, self._file.source_file
        reader = CsvReader(stored, DATA_SETS[data_set], block_bytes=self._block_bytes)
        columns = reader.header.columns
        connection = self._connection
        connection.begin()
        try:
            new_columns = add_columns(connection, data_set, columns)
            if before:
                forget_file(connection, data_set, source_file)
            blocks = reader.blocks()
            rejects: list[Reject] = []
            for block in blocks:
                # While an insert runs the connection takes no other, so that it ends when many rejects wait.
                self._insert(
                    f"insert into raw.{quote(data_set)} by name"
                    " select *, ? as _source_file, ? as _loaded_at from incoming",
                    [source_file, self._loaded_at],
                    self._rows(chain([block], blocks), rejects),
                )
                if rejects:
                    self._insert(
                        "insert into raw._rejects by name"
                        " select ? as data_set, ? as source_file, *, ? as loaded_at from incoming",
                        [data_set, source_file, self._loaded_at],
                        iter([_frame(rejects)]),
                    )
                    rejects.clear()
            sha256, byte_count = stored.fingerprint()
            replaced_columns = before.columns_ever() if before else None
            counts = [reader.row_count, self._landed_row_count, self._reasons.total()]
            connection.execute(
                "insert into raw._files (data_set, source_file, sha256, byte_count, row_count, landed_row_count,"
                " rejected_row_count, loaded_at, header, replaced_columns) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [data_set, source_file, sha256, byte_count, *counts, self._loaded_at, columns, replaced_columns],
            )
            connection.commit()
        except BaseException:
            # A commit that fails has rolled back already; a complaint about that would hide why it failed.
            with suppress(duckdb.Error):
                connection.rollback()
            raise
        known = DATA_SETS[data_set].known_columns
        return FileResult(
            self._file,
            landed_row_count=self._landed_row_count,
            reject_reasons=dict(self._reasons),
            new_columns=[column for column in new_columns if column not in known],
        )

    def _rows(self, blocks: Iterator[Block], rejects: list[Reject]) -> Iterator[pl.DataFrame]:
        """The rows of the blocks, whose rejects it appends, until many have come together."""
        waiting = 0
        for block in blocks:
            self._landed_row_count += block.rows.height
            self._reasons.update(reject.kind for reject in block.rejects)
            rejects += block.rejects
            waiting += sum(len(reject.raw_text) + 100 for reject in block.rejects)
            yield block.rows
            if waiting > _REJECTS_AT_ONCE:
                return

    def _insert(self, sql: str, parameters: list[object], frames: Iterator[pl.DataFrame]) -> None:
        """Runs the insert over the view `incoming`. Raises what `frames` raises, not DuckDB's wrapping of it."""
        self._connection.register("incoming", _stream(self._noting_failure(frames)))
        try:
            self._connection.execute(sql, parameters)
        except duckdb.Error:
            if self._failure:
                raise self._failure from None
            raise
        finally:
            self._connection.unregister("incoming")

    def _noting_failure(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        try:
            yield from frames
        except BaseException as error:
            self._failure = error
            raise


def _stream(frames: Iterator[pl.DataFrame]) -> pa.RecordBatchReader:
    """The frames as DuckDB takes them while they come: polars' own stream of batches is not stable yet."""
    first = next(frames).to_arrow()
    batches = (
        batch
        for table in chain([first], (frame.to_arrow() for frame in frames))
        for batch in table.to_batches(max_chunksize=_BATCH_ROWS)
    )
    return pa.RecordBatchReader.from_batches(first.schema, batches)


def _frame(rejects: list[Reject]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source_row": [reject.source_row for reject in rejects],
            "reason": [reject.reason for reject in rejects],
            "raw_text": [reject.raw_text for reject in rejects],
        }
    )
