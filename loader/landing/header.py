"""The first line of a CSV file: the names of its columns, or the reason why the file is not a CSV of its data set."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from loader.catalog import DATA_SETS, AttributeSet, DataSet, FileSet
from loader.errors import FileRefused
from loader.landing import recovery

OWN_COLUMNS = ("_source_file", "_source_row", "_loaded_at")
"""Columns of every raw table that come from the loader, not from the file."""

_HEADER_LIMIT = 1 << 20
_UNKNOWN_LIMIT = 200
"""Columns that are new to the data set, or attributes; a file with more of them has another shape."""
_LINE_END = re.compile(rb"\r\n|\n|\r")
_SEPARATORS = {b";": "semicolons", b"\t": "tabs", b"|": "bars"}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_BLANKS = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""Unicode's White_Space."""
_OTHER_FORMATS = {
    codecs.BOM_UTF32_LE: "UTF-32 text; save it as CSV UTF-8",
    codecs.BOM_UTF32_BE: "UTF-32 text; save it as CSV UTF-8",
    codecs.BOM_UTF16_LE: "UTF-16 text; save it as CSV UTF-8",
    codecs.BOM_UTF16_BE: "UTF-16 text; save it as CSV UTF-8",
    b"\x1f\x8b": "gzip, although its name does not end in .gz; rename it",
    b"\x28\xb5\x2f\xfd": "Zstandard, although its name does not end in .zst; rename it",
    b"PK\x03\x04": "a zip archive or an Excel workbook; unpack it, or save it as CSV UTF-8",
    b"PAR1": "Parquet; save it as CSV UTF-8",
    b"%PDF": "PDF; ask for the data as CSV",
}


class Stream(Protocol):
    """Decompressed bytes; `read` gives b"" at the end only."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Header:
    """What the first line says."""

    columns: list[str]
    """Names in the file's order, as `column_name` has them."""
    line_end: bytes
    """What ends the line, b"" if nothing does. A lone CR then ends all lines of the file."""


def read_header(stream: Stream, file_set: FileSet, block_bytes: int) -> tuple[Header, bytes]:
    """The header, and the bytes behind it that were read already.

    Raises FileRefused (the message goes behind the file's name) where the stream is empty, is another format than
    CSV in UTF-8, breaks its quoting in the first line, is that of another data set, lacks a key column, has too many
    columns that the data set does not know (or attributes), or names a column twice or like one of the loader's own.
    """
    data = b""
    while True:
        chunk = stream.read(block_bytes)
        data += chunk
        text = data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
        match = _LINE_END.search(text)
        # A CR at the very end may be half a CRLF; four bytes tell a byte order mark.
        is_enough = match and match.end() < len(text) and len(data) >= 4
        if not chunk or is_enough or len(text) > _HEADER_LIMIT:
            break
    line = text[: match.start()] if match else text
    _refuse_other_formats(data, text, line)
    if not match and len(text) > _HEADER_LIMIT:
        raise FileRefused("its first line does not end: it has no CSV header; check what it is")
    columns = _columns(line)
    _check_columns(columns, file_set, line)
    return Header(columns, match.group() if match else b""), text[match.end() :] if match else b""


def column_name(text: str, position: int) -> str:
    """The name under which a column lands that the file calls `text`; its position, from 1, names one without a name.

    Invisible characters are dropped, blanks at the ends, too, and a run of blanks within is one; then lower-cased,
    and other characters than letters, digits and `_` turned into `_`.
    """
    clean = _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip(" ")
    return re.sub(r"\W", "_", clean.lower()) or f"column_{position}"


def _columns(line: bytes) -> list[str]:
    if recovery.break_point(recovery.LF, line + b"\n", 0) is not None:
        raise FileRefused(
            "its header has a quoted name that is not closed on its line, or is followed by text; mend its first line"
            + _separator_hint(line)
        )
    try:
        names = [recovery.value(field).decode("utf-8") for field in recovery.fields(line)]
    except UnicodeDecodeError:
        raise FileRefused("its header is not UTF-8 text; save the file as CSV UTF-8") from None
    return [column_name(name, position) for position, name in enumerate(names, start=1)]


def _separator_hint(line: bytes) -> str:
    used = next((name for char, name in _SEPARATORS.items() if b"," not in line and char in line), None)
    return f"; it seems to be separated by {used}: save it with commas" if used else ""


def _other_data_set(columns: list[str], data_set: DataSet) -> str | None:
    """The data set whose file this is: it knows every column that this one knows, and more of them.

    One column more is enough where this one's key is not there; a data set without a key must know none of the others.
    """
    given = set(columns)
    ours = given & data_set.known_columns
    others = [other for other in DATA_SETS.values() if other.key and given.issuperset(other.key)]
    if not others:
        return None
    best = max(others, key=lambda other: len(given & other.known_columns))
    theirs = given & best.known_columns
    enough = 1 if not given.issuperset(data_set.key) or (not data_set.key and theirs == given) else 2
    return best.name if ours < theirs and len(theirs - ours) >= enough else None


def _refuse_other_formats(data: bytes, text: bytes, line: bytes) -> None:
    if not text.strip():
        raise FileRefused("it is empty: there is no header; fetch the file again")
    for magic, name in _OTHER_FORMATS.items():
        if data.startswith(magic):
            raise FileRefused(f"it is not a CSV in UTF-8 but {name}")
    if line.lower().startswith(b"sep="):
        raise FileRefused("its first line is a spreadsheet's `sep=`; save it with commas, without that line")
    start = text.lstrip()[:1]
    if start == b"<":
        raise FileRefused("it is not a CSV but HTML or XML, maybe an error page; fetch the file again")
    if start in (b"{", b"["):
        raise FileRefused("it is not a CSV but JSON, maybe an error message; fetch the file again")
    if b"\0" in line:
        raise FileRefused(
            "it is not a CSV in UTF-8: its header has NUL bytes, as UTF-16 text and binary files have; save it as CSV"
            " UTF-8"
        )


def _whole_data_set(columns: list[str], attribute_set: AttributeSet) -> str | None:
    """The data set whose every column is there, with none beside them that could be an attribute."""
    own = set(columns) - attribute_set.known_columns
    return next(
        (
            other.name
            for other in DATA_SETS.values()
            if other.key and set(columns).issuperset(other.columns) and own <= other.known_columns
        ),
        None,
    )


def _check_columns(columns: list[str], file_set: FileSet, line: bytes) -> None:
    if isinstance(file_set, DataSet):
        _check_place(_other_data_set(columns, file_set), file_set)
        _check_data_set(columns, file_set, line)
    if isinstance(file_set, AttributeSet):
        # attributes may be called like any column, so only all of a data set's tell
        _check_place(_whole_data_set(columns, file_set), file_set)
        _check_attributes(columns, file_set, line)
    twice = [f"{name!r}" for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise FileRefused(f"its header names two columns the same: {', '.join(twice)}; rename one")
    own = [name for name in columns if name in OWN_COLUMNS]
    if own:
        raise FileRefused(f"its header has a column that the loader adds itself: {', '.join(own)}; rename it")


def _check_place(other: str | None, file_set: FileSet) -> None:
    if other:
        raise FileRefused(f"its header is that of {other}, not of {file_set.name}; move the file to {other}/")


def _check_data_set(columns: list[str], data_set: DataSet, line: bytes) -> None:
    missing = [column for column in data_set.key if column not in columns]
    hint = _separator_hint(line)
    if missing:
        what = "the key columns " if len(missing) > 1 else "the key column "
        advice = hint or "; add what is missing, or fetch the file again"
        raise FileRefused(f"its header lacks {what}{', '.join(missing)} of {data_set.name}{advice}")
    if not data_set.key and len(columns) < 2 and data_set.updated_column not in columns:
        advice = hint or f", so it is not a CSV of {data_set.name}; fetch the file again"
        raise FileRefused(f"its header has only one column{advice}")
    unknown = len(set(columns) - data_set.known_columns)
    if unknown > _UNKNOWN_LIMIT:
        raise FileRefused(f"its header has {unknown:,} columns that {data_set.name} does not know; check what it is")


def _check_attributes(columns: list[str], attribute_set: AttributeSet, line: bytes) -> None:
    if not {*attribute_set.matched_by} & {*columns}:
        advice = _separator_hint(line) or f"; add the one that tells the {attribute_set.subjects} apart"
        raise FileRefused(
            f"its header has no key column of {attribute_set.name}, neither {' nor '.join(attribute_set.matched_by)}"
            + advice
        )
    count = len(set(columns) - attribute_set.known_columns)
    if count > _UNKNOWN_LIMIT:
        raise FileRefused(
            f"its header has {count:,} attributes, more than {_UNKNOWN_LIMIT}; leave out what nobody groups by"
        )
