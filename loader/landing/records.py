"""Record-exact reading of CSV: every good record as it came, every bad one named with its row number and text.

No library does this alone: pyarrow, which parses the values here, turns `"abc"def` into `abcdef` in silence, lets an
unclosed quote swallow the lines after it, and fails a whole block for one undecodable byte. So blocks of the file are
cut at record borders and checked first, by regular expressions that cost next to nothing where there are no quotes; a
block with anything odd in it is taken apart record by record, and only its good records reach pyarrow.

The rules: fields are separated by commas and may be quoted, quotes inside are doubled; a quote inside an unquoted
field is text. Records end with LF or CRLF (a file whose header ends with a lone CR: with CR); a lone CR elsewhere is
text. Empty lines are no records. A record whose quoting is broken ends before the first line after it that is a whole
record again, so that it costs one record and not the rest of the file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pc

from loader.catalog import DataSet
from loader.errors import FileRefused
from loader.landing.header import Header, Stream, read_header

BLOCK_BYTES = 8 << 20
RECORD_LIMIT = 16 << 20
"""Longest record in bytes: what keeps memory flat when a quote is never closed."""
TEXT_LIMIT = 1 << 20
"""Bytes kept of a rejected record's text."""


@dataclass(frozen=True)
class Reject:
    """One record that is no valid CSV record for its header."""

    source_row: int
    reason: str
    """A kind from a short list, then a colon and its details; never text of the record."""
    raw_text: str
    """The record without its line end; undecodable bytes as `\\xNN`."""


@dataclass(frozen=True)
class Block:
    """Records that stood next to each other in the file."""

    values: pa.Table
    """One string column per header column, in the file's order; empty fields are null."""
    source_rows: pa.Int64Array
    """For each row of `values` its number in the file, 1 = first data row, rejected ones counted."""
    rejects: list[Reject]


class _Grammar:
    """The regular expressions for one kind of line end. All possessive: linear time, no backtracking."""

    def __init__(self, cr: bool) -> None:
        end, line, stop = (rb"\r\n?|\n", rb"\r\n", rb"[,\r\n]") if cr else (rb"\r?\n", rb"\n", rb",|\r?\n")
        quoted = rb'(?<![^,%s])"(?:[^"]++|"")*+"(?=%s)' % (line, stop)
        literal_quote = rb'(?<=[^,%s])"' % line
        # A CR before LF is part of a line end, not of the text.
        text = rb"[^\"\r\n]++" if cr else rb"[^\"\r\n]++|\r(?!\n)"
        self.line_end = re.compile(rb"(?:%s)" % end)
        self.unfinished = re.compile(rb"(?:%s|%s|%s)*+" % (text, quoted, literal_quote))
        self.record = re.compile(self.unfinished.pattern + self.line_end.pattern)
        self.strict_record = re.compile(rb"(?:%s|%s)*+(?:%s)" % (text, quoted, end))
        # Records that pyarrow reads as we do: without a lone CR outside quotes.
        plain = rb"(?:[^\"\r\n]++|%s|%s)*+" % (quoted, literal_quote)
        self.plain_records = re.compile(rb"(?:%s(?:%s))*+" % (plain, end))
        self.quoted = re.compile(quoted)
        self.cr = cr


_LF, _CR = _Grammar(cr=False), _Grammar(cr=True)
_OPEN_QUOTE = re.compile(rb'"(?:[^"]++|"")*+')
_FIELD = re.compile(rb'("(?:[^"]++|"")*+"|[^,]*+),')


class CsvReader:
    """Reads one CSV file of a data set.

    `header` has the column names as soon as the reader exists; raises FileRefused where there is no usable header.
    `blocks` gives the records, once.
    """

    def __init__(
        self,
        stream: Stream,
        data_set: DataSet,
        *,
        block_bytes: int = BLOCK_BYTES,
        record_limit: int = RECORD_LIMIT,
    ) -> None:
        self._stream = stream
        self._block_bytes = block_bytes
        self._record_limit = record_limit
        self.header: Header
        self.header, self._rest = read_header(stream, data_set, block_bytes)
        self.row_count = 0
        """Records seen so far, rejected ones included."""
        self._grammar = _CR if self.header.ends_with_cr else _LF
        self._skipping = False
        names = self.header.columns
        self._read_options = pc.ReadOptions(column_names=names, use_threads=False, block_size=(1 << 31) - 1)
        self._convert_options = pc.ConvertOptions(
            column_types={name: pa.string() for name in names},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            check_utf8=True,
        )

    def blocks(self) -> Iterator[Block]:
        """The file's records in order. Raises what the stream raises, e.g. OSError for a cut-off gzip file."""
        data = self._rest
        self._rest = b""
        while True:
            chunk = self._stream.read(self._block_bytes)
            data += chunk
            if not chunk and data and not data.endswith((b"\n", b"\r") if self._grammar.cr else b"\n"):
                data += b"\n"
            if self._skipping:
                data = self._skip_line(data)
            block, used = self._take(data, final=not chunk)
            if block is not None:
                yield block
            data = data[used:]
            if not chunk:
                return

    def _skip_line(self, data: bytes) -> bytes:
        end = self._grammar.line_end.search(data)
        self._skipping = end is None
        return data[end.end() :] if end else b""

    def _take(self, data: bytes, final: bool) -> tuple[Block | None, int]:
        """The whole records at the start of `data`, and how many bytes they take."""
        if not data:
            return None, 0
        if b'"' not in data and b"\r" not in data:
            used = data.rfind(b"\n") + 1
        else:
            used = self._grammar.plain_records.match(data).end()  # type: ignore[union-attr]  # it matches nothing, too
        left = len(data) - used
        if left and (final or left > self._record_limit or self._break_point(data, used) != len(data)):
            return self._take_apart(data, final)
        values = self._parse(data[:used]) if used else None
        if values is None:
            return self._take_apart(data[:used], final) if used else (None, 0)
        first = self.row_count + 1
        self.row_count += values.num_rows
        return Block(values, pa.arange(first, self.row_count + 1), []), used

    def _parse(self, data: bytes) -> pa.Table | None:
        """Values of records of sound quoting; None if one of them has another width or is not UTF-8."""
        if not data:
            return pa.table({name: pa.array([], pa.string()) for name in self.header.columns})
        if data.startswith(codecs.BOM_UTF8):  # here it is text, and pyarrow drops one
            data = codecs.BOM_UTF8 + data
        is_sound = True

        def note(_: pc.InvalidRow) -> str:
            nonlocal is_sound
            is_sound = False
            return "skip"

        parse_options = pc.ParseOptions(newlines_in_values=b'"' in data, invalid_row_handler=note)
        try:
            values = pc.read_csv(pa.BufferReader(data), self._read_options, parse_options, self._convert_options)
        except pa.ArrowInvalid:  # not UTF-8
            return None
        return values if is_sound else None

    def _break_point(self, data: bytes, start: int) -> int | None:
        """Where the quoting of the record at `start` breaks; len(data) if it only ends too early; None if whole."""
        at = self._grammar.unfinished.match(data, start).end()  # type: ignore[union-attr]  # it matches nothing, too
        if at == len(data):
            return at
        if data[at : at + 1] != b'"':
            return None  # the record's line end stands here
        closing = _OPEN_QUOTE.match(data, at).end()  # type: ignore[union-attr]  # a quote stands there
        # A quote or a CR at the very end may be half of a doubled quote or of a CRLF.
        return len(data) if data[closing + 1 : closing + 3] in (b"", b"\r") else closing + 1

    def _take_apart(self, data: bytes, final: bool) -> tuple[Block | None, int]:
        """Like `_take`, judging record by record."""
        good: list[bytes] = []
        rows: list[int] = []
        rejects: list[Reject] = []
        at = 0
        while at < len(data):
            match = self._grammar.record.match(data, at)
            may_wait = not final and len(data) - at <= self._record_limit
            if match:
                end, reason = match.end(), None
                record = data[at:end]
                body = self._body(record)
                if not body:
                    at = end
                    continue
                width = self._width(body)
                if width != len(self.header.columns):
                    few = "few" if width < len(self.header.columns) else "many"
                    reason = f"too {few} fields: {width} instead of {len(self.header.columns)}"
                    found = self._end_of_odd_width(data, at, end, may_wait)
                    if found is None:
                        break
                    end = found
                elif not _is_utf8(record):
                    reason = "undecodable bytes: not UTF-8"
            else:
                found = self._end_of_broken(data, at, may_wait)
                if found is None and may_wait:
                    break
                reason = "broken quoting: a quote is not closed, or text follows a closing quote"
                end = len(data) if found is None else found
                # A single line longer than a record may be: what is left of it is still to come.
                self._skipping = found is None
                if end - at > self._record_limit:
                    reason = f"record too long: more than {self._record_limit:,} bytes"
            self.row_count += 1
            if reason is None:
                rows.append(self.row_count)
                good.append(self._for_pyarrow(record, body))
            else:
                rejects.append(Reject(self.row_count, reason, self._text(data[at:end])))
            at = end
        values = self._parse(b"".join(good))
        if values is None or values.num_rows != len(rows):
            raise FileRefused(
                f"its records near row {self.row_count} cannot be told apart; please report this as a bug"
            )
        return Block(values, pa.array(rows, pa.int64()), rejects), at

    def _body(self, record: bytes) -> bytes:
        """The record without its line end."""
        if record.endswith(b"\r\n"):
            return record[:-2]
        return record[:-1] if record.endswith((b"\n", b"\r") if self._grammar.cr else b"\n") else record

    def _width(self, body: bytes) -> int:
        """The number of fields of a record of sound quoting."""
        if b'"' in body:
            body = self._grammar.quoted.sub(b"", body + b"\n")
        return body.count(b",") + 1

    def _text(self, record: bytes) -> str:
        return self._body(record)[:TEXT_LIMIT].decode("utf-8", "backslashreplace")

    def _for_pyarrow(self, record: bytes, body: bytes) -> bytes:
        """The record, with fields quoted whose lone CR pyarrow would take for a line end."""
        if self._grammar.cr or b"\r" not in body:
            return record
        fields = _FIELD.findall(body + b",")
        return (
            b",".join(
                b'"' + field.replace(b'"', b'""') + b'"' if b"\r" in field and not field.startswith(b'"') else field
                for field in fields
            )
            + b"\n"
        )

    def _is_whole(self, data: bytes, start: int) -> int | None:
        """The end of the record at `start` if it is sound and of the right width, else None.

        Strict with quotes inside unquoted fields: here they would rather be the tail of a quoted field.
        """
        match = self._grammar.strict_record.match(data, start)
        if match and self._width(self._body(match.group())) == len(self.header.columns):
            return match.end()
        return None

    def _end_of_broken(self, data: bytes, start: int, may_wait: bool) -> int | None:
        """Where the record of broken quoting at `start` ends; None if that shows only when more data comes."""
        broken_at = self._break_point(data, start)
        if broken_at is None or (broken_at == len(data) and may_wait):
            return None
        first_end = None
        line_end = self._grammar.line_end.search(data, start)
        while line_end and line_end.end() <= broken_at and line_end.end() < len(data):
            next_line = line_end.end()
            first_end = first_end or next_line
            if self._is_whole(data, next_line):
                return next_line
            if may_wait and self._break_point(data, next_line) == len(data):
                return None
            line_end = self._grammar.line_end.search(data, next_line)
        if broken_at == len(data):
            return first_end or (line_end.end() if line_end else None)
        # No line is whole again within what the quote swallowed: the record ends with the line where it broke.
        line_end = self._grammar.line_end.search(data, broken_at)
        return line_end.end() if line_end else None

    def _end_of_odd_width(self, data: bytes, start: int, end: int, may_wait: bool) -> int | None:
        """Where a record of wrong width from `start` to `end` really ends; None if that needs more data.

        Usually at `end`. But an unclosed quote can find a quote to close it some lines later: then from one of the
        lines after the first, itself a record of the right width, all are records of sound quoting.
        """
        tried: set[int] = set()  # no record is looked at twice: a field may hold a thousand lines
        line_end = self._grammar.line_end.search(data, start, end)
        while line_end and line_end.end() < end:
            at: int | None = line_end.end()
            is_first = True
            while at is not None and at < end:
                if may_wait and self._break_point(data, at) == len(data):
                    return None
                if at in tried:
                    at = None
                elif is_first:
                    at = self._is_whole(data, at)
                    is_first = False
                else:
                    tried.add(at)
                    match = self._grammar.strict_record.match(data, at)
                    at = match.end() if match else None
            if at is not None:
                return line_end.end()
            line_end = self._grammar.line_end.search(data, line_end.end(), end)
        return end


def _is_utf8(record: bytes) -> bool:
    try:
        record.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
