"""Sound files with one damage: what it did not touch lands as it is, and nothing lands that is nowhere written.

The other side is a reader written from the grammar, byte by byte, which knows nothing of blocks or recovery.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from loader.catalog import DATA_SETS
from loader.landing.records import CsvReader

HEADER = b"user_id,institution_id,first_name,bio\n"
Row = tuple[str | None, ...]


@dataclass
class Damaged:
    """A file's records as written, and its bytes after one damage."""

    rows: list[Row]
    records: list[bytes]
    data: bytes
    touched: range
    """Records whose bytes, or whose neighbor's line end, are not what they were."""


def read_slowly(data: bytes) -> list[Row] | None:
    """The records by the grammar alone; None where the quoting breaks or text is not UTF-8."""
    rows: list[Row] = []
    at = 0
    while at < len(data):
        line_end = next((end for end in (b"\r\n", b"\n") if data.startswith(end, at)), b"")
        if line_end:
            at += len(line_end)
            continue
        row, at = read_record_slowly(data, at)
        if row is None:
            return None
        rows.append(row)
    return rows


def read_record_slowly(data: bytes, at: int) -> tuple[Row | None, int]:
    """The record that begins here, None if its quoting breaks or text is not UTF-8, and where it ends."""
    values: list[bytes] = []
    while True:
        value, at = read_field_slowly(data, at)
        if value is None:
            return None, at
        values.append(value)
        if data[at : at + 1] != b",":
            break
        at += 1
    try:
        row = tuple(value.decode() or None for value in values)
    except UnicodeDecodeError:
        return None, at
    return row, at + (2 if data.startswith(b"\r\n", at) else 1)


def read_field_slowly(data: bytes, at: int) -> tuple[bytes | None, int]:
    """A field's value, None if its quoting breaks, and where it ends."""
    value = b""
    if data[at : at + 1] != b'"':
        while not ends_field(data, at):
            value += data[at : at + 1]
            at += 1
        return value, at
    at += 1
    while data[at : at + 1] != b'"' or data[at + 1 : at + 2] == b'"':
        if at >= len(data):
            return None, at
        at += 1 if data[at : at + 1] != b'"' else 2
        value += data[at - 1 : at]
    return (value, at + 1) if ends_field(data, at + 1) else (None, at)


def ends_field(data: bytes, at: int) -> bool:
    return data[at : at + 1] in (b"", b",", b"\n") or data.startswith(b"\r\n", at)


# Texts without commas: a line of theirs is never a whole record, so that there is one right answer.
texts = st.text(st.sampled_from(['"', "\n", " ", "a", "b", "5", "é"]), max_size=12)


@st.composite
def damaged_files(draw: st.DrawFn) -> Damaged:
    rows = draw(st.lists(st.tuples(st.just("77"), st.just("8"), texts, texts), min_size=2, max_size=7))
    quoting: Literal[0, 1] = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    records = []
    for number, row in enumerate(rows):
        out = io.StringIO(newline="")
        csv.writer(out, quoting=quoting, lineterminator=line_end).writerow((f"{number}", *row[1:]))
        records.append(out.getvalue().encode())
    data = b"".join(records)
    marks = [at for at, byte in enumerate(data) if byte in b'",\r\n']
    at = draw(st.sampled_from(marks) | st.integers(0, len(data) - 1))
    cut = draw(st.integers(0, 1))
    put = draw(st.sampled_from([b"", b'"', b'""', b",", b'","', b"\n", b"\r", b"\xff", b"z"]))
    ends = [len(b"".join(records[: number + 1])) for number in range(len(records))]
    hit = next(number for number, end in enumerate(ends) if at < end)
    # At a record's border the damage is its neighbor's, too.
    first = hit - 1 if hit and at == ends[hit] - len(records[hit]) else hit
    last = hit + 1 if at >= ends[hit] - len(line_end) else hit
    written = [(f"{number}", *(value or None for value in row[1:])) for number, row in enumerate(rows)]
    damaged = data[:at] + put + data[at + cut :]
    if damaged.endswith(b"\r"):  # half a line end, nobody can tell otherwise
        damaged += b"\n"
    return Damaged(written, records, damaged, range(first, last + 1))


def read(data: bytes, block_bytes: int) -> tuple[list[tuple[int, Row]], int]:
    """The rows that land, each with its number, and the number of rejects."""
    reader = CsvReader(io.BytesIO(HEADER + data), DATA_SETS["users"], block_bytes=block_bytes)
    blocks = list(reader.blocks())
    rows = [(row[-1], row[:-1]) for block in blocks for row in block.rows.rows()]
    reject_count = sum(len(block.rejects) for block in blocks)
    assert reader.row_count == len(rows) + reject_count
    return rows, reject_count


@settings(deadline=None, max_examples=250)
@given(file=damaged_files(), block_bytes=st.integers(1, 60))
def test_one_damage_costs_no_other_record(file: Damaged, block_bytes: int) -> None:
    landed, reject_count = read(file.data, 1 << 20)
    numbers = [number for number, _ in landed]
    assert numbers == sorted(set(numbers))
    rows = [row for _, row in landed]
    sound = read_slowly(file.data)
    if sound is not None and all(len(row) == 4 for row in sound):
        assert (rows, reject_count) == (sound, 0)
    before, behind = file.rows[: file.touched.start], file.rows[file.touched.stop :]
    assert rows[: len(before)] == before
    assert rows[len(rows) - len(behind) :] == behind
    lines = [at for at in range(len(file.data)) if at == 0 or file.data[at - 1 : at] == b"\n"]
    written = {read_record_slowly(file.data, at)[0] for at in lines}
    assert set(rows) <= written, "a row lands that no line of the file begins"
    assert read(file.data, block_bytes) == (landed, reject_count)
