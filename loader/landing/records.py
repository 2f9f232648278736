"""Record-exact reading of CSV: every good record as it came, every bad one named with its row number and text.

No reader does this alone. Polars, which parses the values here, fills short records in silence, drops quotes inside
quoted fields and joins records that hold a lone quote. DuckDB's `store_rejects` comes closest, but after a quote that
is never closed it puts the whole rest of the file into one reject. So the file is cut into blocks at record borders,
and polars sees only bytes whose quoting was checked before, by expressions that cost next to nothing where there are
no quotes; counting commas then proves every record's width. A block with anything odd in it is read record by record,
by the grammar of recovery.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from loader.catalog import FileSet
from loader.errors import FileRefused
from loader.landing import recovery
from loader.landing.header import Header, Stream, read_header
from loader.landing.recovery import Judged

BLOCK_BYTES = 4 << 20
RECORD_LIMIT = 16 << 20
"""Longest record in bytes: what keeps memory flat when a quote is never closed."""
TEXT_LIMIT = 1 << 20
"""Bytes kept of a rejected record's text."""
ENCODING_SHARE = 100
"""Where more than one record in so many is not UTF-8, the file is in another encoding: nothing of it lands."""
ENCODING_MINIMUM = 20
"""Records from which on that is said."""
RUN_LIMIT = 100
"""Rejected neighbors that are looked at together: one damaged record may have that many lines."""

# In a file of one column neither polars nor a count of commas tells an empty line from a record.
_BLANK_LINE = re.compile(rb"(?<![^\n])\r?\n")


@dataclass(frozen=True)
class Reject:
    """One record that is not a valid CSV record for its header."""

    source_row: int
    kind: str
    """Of a short list, see recovery.py."""
    details: str
    """Never text of the record."""
    raw_text: str
    """The record without its line end; undecodable bytes as `\\xNN`."""

    @property
    def reason(self) -> str:
        """Kind and details."""
        return f"{self.kind}: {self.details}"


@dataclass(frozen=True)
class Block:
    """Records that stood next to each other in the file."""

    rows: pl.DataFrame
    """One text column per header column, in the file's order, empty fields null; then `_source_row`, each record's
    number in the file (1 = first data row, rejected ones counted)."""
    rejects: list[Reject]

    @property
    def rejected_size(self) -> int:
        """About how many bytes of memory the rejects take."""
        return sum(len(reject.raw_text) + 100 for reject in self.rejects)


class CsvReader:
    """Reads one CSV file.

    `header` has the column names as soon as the reader exists; raises FileRefused where there is no usable header.
    `blocks` gives the records, once.
    """

    def __init__(
        self,
        stream: Stream,
        file_set: FileSet,
        *,
        block_bytes: int = BLOCK_BYTES,
        record_limit: int = RECORD_LIMIT,
    ) -> None:
        self._stream = stream
        self._block_bytes = block_bytes
        self._record_limit = record_limit
        self.header: Header
        self.header, self._rest = read_header(stream, file_set, block_bytes)
        self.row_count = 0
        """Records seen so far, rejected ones included."""
        self.ends_line = self.header.line_end != b""
        """Whether the last line seen so far has a line end."""
        self._width = len(self.header.columns)
        self._grammar = recovery.CR if self.header.line_end == b"\r" else recovery.LF
        self._is_skipping = False
        self._undecodable_count = 0
        # Polars drops a byte order mark at the start of what it is given, and unpacks what begins like gzip or zlib.
        self._first_line = b",".join(b"%d" % position for position in range(self._width)) + b"\n"

    def blocks(self) -> Iterator[Block]:
        """The file's records in order.

        Raises what the stream raises, e.g. FileRefused for a cut-off gzip file, and FileRefused at the end of a file
        in another encoding: without those records everybody with an accent in the name would be missing.
        """
        data, self._rest = self._rest, b""
        while True:
            chunk = self._stream.read(self._block_bytes)
            data += chunk
            if data:
                self.ends_line = data.endswith(self._grammar.line_ends)
            if data and not chunk and not self.ends_line:
                data += b"\n"
            if self._is_skipping:
                data = self._skip_line(data)
            block, used = self._read_block(data, is_last=not chunk)
            if block is not None:
                yield block
            data = data[used:]
            if not chunk:
                break
        if self.row_count >= ENCODING_MINIMUM and self._undecodable_count * ENCODING_SHARE > self.row_count:
            raise FileRefused(
                f"{self._undecodable_count:,} of its {self.row_count:,} records are not UTF-8: it is probably in"
                " Windows-1252 (ANSI), as spreadsheets save it; save it as CSV UTF-8"
            )

    def _skip_line(self, data: bytes) -> bytes:
        end = self._grammar.line_end.search(data)
        self._is_skipping = end is None
        return data[end.end() :] if end else b""

    def _read_block(self, data: bytes, is_last: bool) -> tuple[Block | None, int]:
        """The whole records at the start of `data`, and how many bytes they take."""
        if not data:
            return None, 0
        used, text = self._plain_part(data) if b'"' not in data else self._sound_part(data, is_last)
        if text is None or (self._width == 1 and _BLANK_LINE.search(text)):
            return self._read_one_by_one(data, is_last)
        if not text:
            return None, 0
        frame = self._parse(text)
        if frame is None:
            return self._read_one_by_one(data[:used], is_last)
        first = self.row_count + 1
        self.row_count += frame.height
        return Block(frame.with_columns(_source_row=pl.int_range(first, self.row_count + 1)), []), used

    def _plain_part(self, data: bytes) -> tuple[int, bytes | None]:
        """Of bytes without quotes: how many make up whole records, and these with LF for polars, None if it can't."""
        used = max(data.rfind(line_end) for line_end in self._grammar.line_ends) + 1
        text = data[:used]
        if self._grammar is recovery.CR:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        has_lone_cr = b"\r" in text and text.count(b"\r") != text.count(b"\r\n")
        return used, None if has_lone_cr or len(data) - used > self._record_limit else text

    def _sound_part(self, data: bytes, is_last: bool) -> tuple[int, bytes | None]:
        """Of bytes with quotes: how many make up whole records, and these for polars, None if it can't."""
        if self._grammar is recovery.CR:
            return 0, None
        match = self._grammar.sound_records.match(data)
        assert match is not None  # it matches nothing, too
        used = match.end()
        if used < len(data):
            is_unfinished = recovery.break_point(self._grammar, data, used) == len(data)
            if is_last or not is_unfinished or len(data) - used > self._record_limit:
                return 0, None
        if used and not is_last and b"\n" in data[match.start(1) : used - 1]:
            used = match.start(1)  # what follows a record of several lines tells whether it is one
        return used, data[:used]

    def _parse(self, text: bytes) -> pl.DataFrame | None:
        """Values of records of sound quoting; None if one of them has another width or is not UTF-8."""
        try:
            frame = pl.read_csv(
                self._first_line + text, infer_schema=False, null_values="", new_columns=self.header.columns
            )
        except (pl.exceptions.PolarsError, OSError):
            return None
        if not frame.to_series(-1).has_nulls():
            return frame  # polars refuses fields too many, and fills in the last ones of too few
        commas = text.count(b",")
        if b'"' in text:
            commas -= sum(frame.select(pl.all().str.count_matches(",", literal=True).sum()).row(0))
        return frame if commas == frame.height * (self._width - 1) else None

    def _read_one_by_one(self, data: bytes, is_last: bool) -> tuple[Block | None, int]:
        """Like `_read_block`, judging record by record."""
        good: list[bytes] = []
        rows: list[int] = []
        rejects: list[Reject] = []
        run: list[Judged] = []

        def settle() -> None:
            for record in recovery.merge_tails(self._grammar, data, run):
                self.row_count += 1
                rejects.append(self._reject(data, record))
            run.clear()

        at = self._grammar.skip_blank_lines(data, 0, self._width)
        while at < len(data):
            may_wait = not is_last and len(data) - at <= self._record_limit
            record = recovery.judge(self._grammar, data, at, self._width, may_wait)
            if record is None:
                break
            is_whole = record.kind in (None, recovery.UNDECODABLE)
            self._undecodable_count += record.kind == recovery.UNDECODABLE
            if run and (is_whole or len(run) == RUN_LIMIT):
                settle()
            if record.kind is None:
                self.row_count += 1
                rows.append(self.row_count)
                good.append(recovery.requoted(self._grammar, data[at : record.end]))
            else:
                run.append(record)
                if is_whole:
                    settle()
                # A single line longer than a record may be: what is left of it is still to come.
                self._is_skipping = not data.endswith(self._grammar.line_ends, at, record.end)
            at = self._grammar.skip_blank_lines(data, record.end, self._width)
        if run and not is_last and not self._is_skipping and len(data) - run[0].start <= self._record_limit:
            at = run[0].start  # they may go on
        else:
            settle()
        return (Block(self._values(good, rows), rejects) if rows or rejects else None), at

    def _values(self, good: list[bytes], rows: list[int]) -> pl.DataFrame:
        if not good:
            return pl.DataFrame(schema=dict.fromkeys(self.header.columns, pl.String) | {"_source_row": pl.Int64})
        frame = self._parse(b"".join(good))
        if frame is None or frame.height != len(rows):
            raise FileRefused(
                f"its records near row {self.row_count} cannot be told apart; please report this as a bug"
            )
        return frame.with_columns(_source_row=pl.Series(rows, dtype=pl.Int64))

    def _reject(self, data: bytes, record: Judged) -> Reject:
        kind, details = record.kind or "", record.details
        if record.end - record.start > self._record_limit:
            kind, details = recovery.TOO_LONG, f"more than {self._record_limit:,} bytes"
        text = self._grammar.body(data[record.start : record.end])[:TEXT_LIMIT]
        return Reject(self.row_count, kind, details, text.decode("utf-8", "backslashreplace"))
