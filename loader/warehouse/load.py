"""From the landing folder into schema `raw`: as it came, only once, many files in one transaction, each of them whole.

A file that fails midway must not take others with it, and DuckDB has no savepoints. So a file is read ahead, and lands
beside others only when all of it was read; one that is too large for that lands in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from loader.catalog import FILE_SETS
from loader.errors import DatabaseUnavailable, FileRefused
from loader.landing.folder import LandedFile, Landing, open_stored
from loader.landing.incoming import Incoming
from loader.landing.records import BLOCK_BYTES, Block, CsvReader, Reject
from loader.warehouse.database import explain, open_database, quote
from loader.warehouse.raw import (
    FileRecord,
    add_columns,
    add_files,
    add_rejects,
    column_names,
    file_records,
    forget_file,
    make_raw_tables,
    note_header,
    write_extraction_tables,
)
from loader.warehouse.unchanged import answer, compared

_MEMORY = "256MiB"
"""DuckDB's share unless NOVOED_MEMORY names another: more makes a load no faster, only larger."""

_TRANSACTION_ROWS = 2_000_000
_TRANSACTION_FILES = 1_000
"""A transaction ends with the file that reaches one of them: a few seconds' work, beside which a commit is nothing."""

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
    memory: str | None = None,
) -> Iterator[FileResult]:
    """Loads what is new or changed, of all data sets or those named, and yields what became of each file, in order.

    Every table of schema `raw` exists before the first file is read. What is yielded is committed. `progress` is told
    how many more stored bytes of a file were read; `memory` is DuckDB's memory_limit. Raises DatabaseUnavailable; a
    file that cannot be read is a result with `refusal`, not an error.
    """
    files = [file for file in landing.files if data_sets is None or file.data_set in data_sets]
    with open_database(database, memory=memory or _MEMORY) as connection:
        try:
            make_raw_tables(connection)
            write_extraction_tables(connection, landing.folder)
            earlier = file_records(connection)
            with compared(files, earlier) as coming:
                yield from _Load(connection, coming, earlier, progress, block_bytes).run()
        except duckdb.Error as error:
            raise DatabaseUnavailable(explain(database, error)) from error


def _after_every_load(connection: duckdb.DuckDBPyConnection) -> datetime:
    """Now, UTC, but after the last load where the clock was set back: of two versions the one loaded later counts."""
    now = datetime.now(UTC).replace(tzinfo=None)
    (last,) = connection.execute("select max(loaded_at) from raw._files").fetchone() or (None,)
    return max(now, last + timedelta(microseconds=1)) if last else now


class _Load:
    """One run over the files, transaction by transaction."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        coming: Iterator[tuple[LandedFile, Future[bool] | None]],
        earlier: dict[tuple[str, str], FileRecord],
        progress: Callable[[LandedFile, int], None],
        block_bytes: int,
    ) -> None:
        self._connection = connection
        self._progress = progress
        self._block_bytes = block_bytes
        self._loaded_at = _after_every_load(connection)
        self._earlier = earlier
        self._coming = self._read(coming)
        self._file: Incoming | None = None
        """The one that lands next."""
        self._done: list[FileResult] = []
        """What is yielded once the transaction is committed."""
        self._headers: list[tuple[LandedFile, list[str]]] = []
        """Of unchanged files that an earlier version loaded, which kept no headers."""
        self._columns: dict[str, set[str]] = {}
        """By table, as the transaction found them."""
        self._row_count = self._file_count = 0
        """In the transaction."""
        self._failure: BaseException | None = None

    def run(self) -> Iterator[FileResult]:
        """Lands the files."""
        while self._file or self._advance():
            yield from self._take_done()
            self._land_some()
        for file, columns in self._headers:
            note_header(self._connection, file.data_set, file.source_file, columns)
        yield from self._take_done()

    def _take_done(self) -> list[FileResult]:
        done, self._done = self._done, []
        return done

    def _advance(self) -> bool:
        """Reads the next file that has to land, and notes what became of those before it; False if there is none."""
        for item in self._coming:
            if isinstance(item, Incoming):
                self._file = item
                return True
            self._done.append(item)
        return False

    def _read(self, files: Iterator[tuple[LandedFile, Future[bool] | None]]) -> Iterator[Incoming | FileResult]:
        """Each file, open and read ahead, or what became of it where it does not land."""
        for file, is_unchanged in files:
            try:
                if is_unchanged and answer(is_unchanged):
                    if self._earlier[file.data_set, file.source_file].header is None:
                        self._headers.append((file, _header_of(file)))
                    yield FileResult(file, is_unchanged=True)
                    continue
                with open_stored(file, partial(self._progress, file)) as stored:
                    yield Incoming(file, stored, self._block_bytes)
            except (FileRefused, OSError) as error:
                yield _refusal(file, error)

    def _before(self, file: LandedFile) -> FileRecord | None:
        return self._earlier.get((file.data_set, file.source_file))

    def _land_some(self) -> None:
        """One transaction: the file at hand and, if it is whole, those after it."""
        first = self._file
        assert first is not None
        self._columns = column_names(self._connection)
        self._row_count = self._file_count = 0
        self._connection.begin()
        try:
            while self._file and (self._file is first or (self._file.is_whole and not self._new_columns(self._file))):
                self._land_alike(self._file)
            self._connection.commit()
        except BaseException as error:
            # A commit that fails has rolled back already; a complaint about that would hide why it failed.
            with suppress(duckdb.Error):
                self._connection.rollback()
            if first.is_whole or not isinstance(error, (FileRefused, OSError)):
                raise
            self._file = None
            self._done.append(_refusal(first.file, error))

    def _new_columns(self, file: Incoming) -> list[str]:
        """Columns that the table lacks. DuckDB adds them only in a transaction that has not written into it before."""
        return [column for column in file.columns if column not in self._columns[file.file.data_set]]

    def _land_alike(self, first: Incoming) -> None:
        """The file at hand, and new ones with the same header after it, in one insert."""
        data_set, before = first.file.data_set, self._before(first.file)
        new_columns = self._new_columns(first)
        add_columns(self._connection, data_set, dict.fromkeys(new_columns, "varchar"))
        if before:
            forget_file(self._connection, data_set, first.file.source_file)
        landed: list[Incoming] = []
        rejects: list[tuple[str, Reject]] = []
        blocks = self._blocks(landed, new_columns)
        for block in blocks:
            # While an insert runs the connection takes no other, so that it ends when many rejects wait.
            self._insert(data_set, _rows(chain([block], blocks), rejects))
            if rejects:
                add_rejects(self._connection, data_set, rejects, self._loaded_at)
                rejects.clear()
        add_files(self._connection, landed, self._loaded_at, before.columns_ever() if before else None)

    def _blocks(self, landed: list[Incoming], new_columns: list[str]) -> Iterator[tuple[str, Block]]:
        """The blocks of the file at hand and of those that go with it, each with its file's name.

        A file that is done is appended to `landed`; the first that does not go with them is the one at hand then.
        """
        while (file := self._file) and (not landed or self._goes_with(landed[0], file)):
            yield from ((file.file.source_file, block) for block in file.blocks())
            self._done.append(_landing(file, [] if landed else new_columns))
            landed.append(file)
            self._row_count += file.row_count
            self._file_count += 1
            self._file = None
            if file.is_whole and self._row_count < _TRANSACTION_ROWS and self._file_count < _TRANSACTION_FILES:
                self._advance()

    def _goes_with(self, first: Incoming, file: Incoming) -> bool:
        is_alike = (file.file.data_set, file.columns) == (first.file.data_set, first.columns)
        return is_alike and file.is_whole and self._before(file.file) is None

    def _insert(self, data_set: str, frames: Iterator[pl.DataFrame]) -> None:
        """Appends the rows to the data set's table. Raises what `frames` raises, not DuckDB's wrapping of it."""
        sql = f"insert into raw.{quote(data_set)} by name select *, ? as _loaded_at from incoming"
        schema, batches = _batches(frames)
        reader = pa.RecordBatchReader.from_batches(schema, self._noting_failure(batches))
        # As a bare stream: a reader DuckDB hands to pyarrow's scanner, which reads far ahead.
        self._connection.register("incoming", reader.__arrow_c_stream__())
        try:
            self._connection.execute(sql, [self._loaded_at])
        except duckdb.Error:
            if self._failure:
                raise self._failure from None
            raise
        finally:
            self._connection.unregister("incoming")

    def _noting_failure(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The outermost of what DuckDB calls, so that an interrupt is noted wherever it falls."""
        try:
            yield from batches
        except GeneratorExit:  # DuckDB ends what it does not read to the end; why, it says itself
            raise
        except BaseException as error:
            self._failure = error
            raise


def _header_of(file: LandedFile) -> list[str]:
    with open_stored(file) as stored:
        return CsvReader(stored, FILE_SETS[file.data_set]).header.columns


def _refusal(file: LandedFile, error: FileRefused | OSError) -> FileResult:
    if isinstance(error, OSError):
        return FileResult(file, refusal=f"it cannot be read: {error.strerror or error}")
    return FileResult(file, refusal=str(error))


def _landing(file: Incoming, new_columns: list[str]) -> FileResult:
    known = FILE_SETS[file.file.data_set].known_columns
    return FileResult(
        file.file,
        landed_row_count=file.landed_row_count,
        reject_reasons=dict(file.reject_reasons),
        new_columns=[column for column in new_columns if column not in known],
    )


def _rows(blocks: Iterator[tuple[str, Block]], rejects: list[tuple[str, Reject]]) -> Iterator[pl.DataFrame]:
    """The rows of the blocks, whose rejects it appends, until many have come together."""
    waiting = 0
    for source_file, block in blocks:
        rejects += ((source_file, reject) for reject in block.rejects)
        waiting += block.rejected_size
        yield block.rows.with_columns(_source_file=pl.lit(source_file))
        if waiting > _REJECTS_AT_ONCE:
            return


def _batches(frames: Iterator[pl.DataFrame]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The frames as DuckDB takes them while they come: polars' own stream of batches is not stable yet."""
    first = next(frames).to_arrow()
    tables = chain([first], (frame.to_arrow() for frame in frames))
    return first.schema, (batch for table in tables for batch in table.to_batches())
