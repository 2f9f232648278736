"""The grammar of a CSV record over bytes, and where a record that breaks it ends, so that it costs no other record.

Fields are separated by commas and may be quoted, quotes inside are doubled; a quote inside an unquoted field is text.
Records end with LF or CRLF (a file whose header ends with a lone CR: with CR); a lone CR elsewhere is text. Blank
lines are no records (in a file of one column: empty ones). Where the quoting breaks, nobody knows which line ends are
text; so a broken record ends before the first line after it that is a whole record again.

Pure functions over the bytes at hand. `may_wait` tells that more bytes are still to come; where they could change the
answer it is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

TOO_FEW, TOO_MANY = "too few fields", "too many fields"
BROKEN_QUOTING = "broken quoting"
UNDECODABLE = "undecodable bytes"
TOO_LONG = "record too long"

_OPEN_QUOTE = re.compile(rb'"(?:[^"]++|"")*+')
_FIELD = re.compile(rb'("(?:[^"]++|"")*+"|[^,]*+),')


class Grammar:
    """The regular expressions for one kind of line end. All possessive: linear time, no backtracking."""

    def __init__(self, *, cr: bool) -> None:
        end, line, stop = (rb"\r\n?|\n", rb"\r\n", rb"[,\r\n]") if cr else (rb"\r?\n", rb"\n", rb",|\r?\n")
        quoted = rb'(?<![^,%s])"(?:[^"]++|"")*+"(?=%s)' % (line, stop)
        literal_quote = rb'(?<=[^,%s])"' % line
        # A CR before LF is part of a line end, not of the text.
        text = rb"[^\"\r\n]++" if cr else rb"[^\"\r\n]++|\r(?!\n)"
        self.line_ends = (b"\n", b"\r") if cr else (b"\n",)
        self.line_end = re.compile(rb"(?:%s)" % end)
        self._empty_lines = re.compile(rb"(?:%s)*+" % end)
        self._blank_lines = re.compile(rb"(?:[ \t]*+(?:%s))*+" % end)
        self.quoted = re.compile(quoted)
        self.unfinished = re.compile(rb"(?:%s|%s|%s)*+" % (text, quoted, literal_quote))
        self.record = re.compile(self.unfinished.pattern + self.line_end.pattern)
        self.strict_record = re.compile(rb"(?:%s|%s)*+(?:%s)" % (text, quoted, end))
        """Without quotes inside unquoted fields: these would rather be the tail of a quoted field."""
        self.sound_records = re.compile(rb"((?:[^\"\r\n]++|%s)*+(?:%s))*+" % (quoted, end))
        """As many as there are, without a quote or a lone CR inside an unquoted field; group 1 is the last."""
        self.closing_tail = re.compile(rb'[^",%s]"(?=%s)' % (line, stop))
        """Text that a quote closes; where none was opened, it is the end of a damaged record."""
        self.opened = re.compile(rb'(?<![^,%s])"' % line)

    def body(self, record: bytes) -> bytes:
        """The record without its line end."""
        if record.endswith(b"\r\n"):
            return record[:-2]
        return record[:-1] if record.endswith(self.line_ends) else record

    def skip_blank_lines(self, data: bytes, at: int, width: int) -> int:
        """Where the next line that is not blank begins."""
        if data[at : at + 1] not in b" \t\r\n":
            return at
        return _end(self._blank_lines if width > 1 else self._empty_lines, data, at)

    def width(self, body: bytes) -> int:
        """The number of fields of a record of sound quoting."""
        if b'"' in body:
            body = self.quoted.sub(b"", body + b"\n")
        return body.count(b",") + 1


LF, CR = Grammar(cr=False), Grammar(cr=True)


class Judged(NamedTuple):
    """One record: where it lies, and why it is not valid (None: it is)."""

    start: int
    end: int
    kind: str | None = None
    details: str = ""


def break_point(grammar: Grammar, data: bytes, start: int) -> int | None:
    """Where the quoting of the record at `start` breaks; len(data) if it only ends too early; None if it is sound."""
    at = _end(grammar.unfinished, data, start)
    if at == len(data):
        return at
    if data[at : at + 1] != b'"':
        return None  # the record's line end stands here
    closing = _end(_OPEN_QUOTE, data, at)
    # A quote or a CR at the very end may be half of a doubled quote or of a CRLF.
    return len(data) if data[closing + 1 : closing + 3] in (b"", b"\r") else closing + 1


def whole_record_end(grammar: Grammar, data: bytes, start: int, width: int) -> int | None:
    """The end of the record at `start` if it is sound, strictly, and of the right width; else None."""
    match = grammar.strict_record.match(data, start)
    body = grammar.body(match.group()) if match else b""
    return match.end() if match and body and grammar.width(body) == width else None


def judge(grammar: Grammar, data: bytes, start: int, width: int, may_wait: bool) -> Judged | None:
    """The record at `start`, or None if it needs more bytes. At the end of all bytes `data` ends with a line end.

    A record of broken quoting that nothing ends is taken up to the end of `data`.
    """
    match = grammar.record.match(data, start)
    if match is None:
        found = _end_of_broken(grammar, data, start, width, may_wait)
        if found is None and may_wait:
            return None
        end = len(data) if found is None else found
        return Judged(start, end, BROKEN_QUOTING, "a quote is not closed, or text follows a closing quote")
    body = grammar.body(match.group())
    seen = grammar.width(body)
    if seen != width:
        # An unclosed quote may have found a quote to close it some lines later.
        found = _whole_line_within(grammar, data, start, match.end(), width, may_wait, are_all_whole=False)
        if found is None:
            return None
        return Judged(start, found, TOO_FEW if seen < width else TOO_MANY, f"{seen} instead of {width}")
    if b"\n" in body or (b"\r" in body and grammar is CR):
        found = _end_of_suspect(grammar, data, start, match.end(), width, may_wait)
        if found is None:
            return None
        if found != match.end():
            return Judged(start, found, BROKEN_QUOTING, "a quote is not closed, or text follows a closing quote")
    if not _is_utf8(body):
        return Judged(start, match.end(), UNDECODABLE, "not UTF-8")
    return Judged(start, match.end())


def merge_tails(grammar: Grammar, data: bytes, rejected: list[Judged]) -> list[Judged]:
    """Rejected neighbors as the records they were: a broken one goes on to the line that closes its quoted text.

    Text that a quote closes although none is open tells that the lines before it, none of them a whole record, belong
    to it, back to the last one that opens a quote.
    """
    merged: list[Judged] = []
    last = len(rejected) - 1
    while last >= 0:
        first = last
        if last and _is_tail(grammar, data, rejected[last]):
            opening = (n for n in range(last - 1, -1, -1) if _opens(grammar, data, rejected[n]))
            first = next(opening, last)
        head = rejected[first]
        merged.append(Judged(head.start, rejected[last].end, head.kind, head.details))
        last = first - 1
    return merged[::-1]


def fields(body: bytes) -> list[bytes]:
    """The fields of a record of sound quoting, quoted ones with their quotes."""
    return _FIELD.findall(body + b",")


def value(field: bytes) -> bytes:
    """What a field of `fields` holds."""
    return field[1:-1].replace(b'""', b'"') if field.startswith(b'"') else field


def requoted(grammar: Grammar, record: bytes) -> bytes:
    """A record of sound quoting, ended by LF, its unquoted fields quoted where they hold a quote or a CR."""
    if b'"' not in record and b"\r" not in record:
        return record
    return (
        b",".join(
            b'"' + field.replace(b'"', b'""') + b'"'
            if not field.startswith(b'"') and (b'"' in field or b"\r" in field)
            else field
            for field in fields(grammar.body(record))
        )
        + b"\n"
    )


def _end_of_broken(grammar: Grammar, data: bytes, start: int, width: int, may_wait: bool) -> int | None:
    """Where the record of broken quoting at `start` ends; None if that shows only when more data comes."""
    broken_at = break_point(grammar, data, start)
    if broken_at is None or (broken_at == len(data) and may_wait):
        return None
    for line in _line_starts(grammar, data, start, broken_at):
        if whole_record_end(grammar, data, line, width):
            return line
        if may_wait and break_point(grammar, data, line) == len(data):
            return None
    # No line is whole again within what the quote swallowed: the record ends with the line where it broke, or where
    # it began if the quote is never closed.
    line_end = grammar.line_end.search(data, start if broken_at == len(data) else broken_at)
    return line_end.end() if line_end else None


def _end_of_suspect(grammar: Grammar, data: bytes, start: int, end: int, width: int, may_wait: bool) -> int | None:
    """Where a record of several lines and the right width really ends; None if that needs more data.

    Usually at `end`. But where no whole record follows, or where a quote stands inside an unquoted field, an unclosed
    quote may have found another to close it, and the width came out right by chance: then from one of the lines after
    the first all records are whole. If even the first of them goes on behind `end`, the next quote there must close its
    text: one behind a comma rather opens a field of a damaged record, and the text before it just ends in a comma.
    """
    following = grammar.skip_blank_lines(data, end, width)
    if may_wait and break_point(grammar, data, following) == len(data):
        return None
    is_followed = following == len(data) or whole_record_end(grammar, data, following, width)
    if is_followed and grammar.strict_record.fullmatch(data, start, end):
        return end
    found = _whole_line_within(grammar, data, start, end, width, may_wait, are_all_whole=True)
    if found is not None and found < end:
        first = whole_record_end(grammar, data, grammar.skip_blank_lines(data, found, width), width)
        if first and first > end and data.startswith(b',"', data.find(b'"', end) - 1):
            return end
    return found


def _whole_line_within(
    grammar: Grammar, data: bytes, start: int, end: int, width: int, may_wait: bool, *, are_all_whole: bool
) -> int | None:
    """Where the first line after `start` begins that is a whole record; `end` if none; None if that needs more data.

    From there on all records until `end` or beyond must be of sound quoting, or even whole. A quote at a line's start
    closes the text before it here, so that no record can begin with it.
    """
    hopeless: set[int] = set()  # no record is looked at twice: a field may hold a thousand lines
    for line in _line_starts(grammar, data, start, end):
        first = grammar.skip_blank_lines(data, line, width)
        at: int | None = None if data.startswith(b'"', first) else first
        while at is not None and at < end:
            if may_wait and break_point(grammar, data, at) == len(data):
                return None
            if at in hopeless:
                at = None
            elif are_all_whole or at == first:
                at = whole_record_end(grammar, data, grammar.skip_blank_lines(data, at, width), width)
            else:
                hopeless.add(at)
                match = grammar.strict_record.match(data, at)
                at = match.end() if match else None
        if at is not None:
            return line
    return end


def _line_starts(grammar: Grammar, data: bytes, start: int, end: int) -> Iterator[int]:
    """Where the lines after the first begin, before `end`."""
    line_end = grammar.line_end.search(data, start, end)
    while line_end and line_end.end() < end:
        yield line_end.end()
        line_end = grammar.line_end.search(data, line_end.end(), end)


def _is_tail(grammar: Grammar, data: bytes, record: Judged) -> bool:
    text = data[record.start : record.end]
    return bool(grammar.closing_tail.search(text)) and not grammar.opened.search(text)


def _opens(grammar: Grammar, data: bytes, record: Judged) -> bool:
    return bool(grammar.opened.search(data, record.start, record.end))


def _is_utf8(record: bytes) -> bool:
    try:
        record.isascii() or record.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _end(expression: re.Pattern[bytes], data: bytes, at: int) -> int:
    """Where the expression, which matches at any place, ends."""
    match = expression.match(data, at)
    return match.end() if match else at
