"""Reading CSV record by record: any text survives, every bad record is named, and none takes others with it."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loader.catalog import DATA_SETS
from loader.errors import FileRefused
from loader.landing.records import CsvReader

HEADER = b"course_id,b,c\n"
Rows = list[tuple[int, str | None, str | None, str | None]]
Records = tuple[list[tuple[object, ...]], list[tuple[object, ...]], int]


def read(data: bytes, block_bytes: int = 1 << 20, record_limit: int = 1 << 20) -> Records:
    """Good rows with their number in front, rejects as (row, kind, text), and the record count."""
    reader = CsvReader(io.BytesIO(data), DATA_SETS["courses"], block_bytes=block_bytes, record_limit=record_limit)
    rows: list[tuple[object, ...]] = []
    rejects: list[tuple[object, ...]] = []
    for block in reader.blocks():
        rows += [(row[-1], *row[:-1]) for row in block.rows.rows()]
        rejects += [(reject.source_row, reject.kind, reject.raw_text) for reject in block.rejects]
    return rows, rejects, reader.row_count


def read_anyhow(data: bytes) -> Records:
    """Reads with blocks of many sizes: where the borders fall must not matter."""
    result = read(data)
    for block_bytes in (1, 2, 3, 5, 8, 13, 40):
        assert read(data, block_bytes) == result, f"differs with blocks of {block_bytes} bytes"
    return result


text = st.text(
    st.one_of(st.sampled_from(['"', ",", "\n", "\r", " ", "\0", "é", "a"]), st.characters(codec="utf-8")), max_size=8
)


@settings(deadline=None, max_examples=300)
@given(
    rows=st.lists(st.tuples(text, text, text), max_size=6),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    block_bytes=st.integers(1, 60),
    bom=st.booleans(),
    has_last_line_end=st.booleans(),
)
def test_any_text_in_any_field_comes_out_as_it_went_in(
    rows: list[tuple[str, str, str]],
    line_end: str,
    quoting: Literal[0, 1],
    block_bytes: int,
    bom: bool,
    has_last_line_end: bool,
) -> None:
    if line_end == "\n" and quoting == csv.QUOTE_MINIMAL:
        # An unquoted CR before LF is a line end, nobody can tell otherwise.
        rows = [(a, b, c.rstrip("\r")) for a, b, c in rows]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end, quoting=quoting)
    writer.writerows([("course_id", "b", "c"), *rows])
    data = out.getvalue().encode()
    if not has_last_line_end:
        data = data.removesuffix(line_end.encode())
    good, rejects, count = read((b"\xef\xbb\xbf" if bom else b"") + data, block_bytes)
    assert good == [(n, a or None, b or None, c or None) for n, (a, b, c) in enumerate(rows, 1)]
    assert rejects == []
    assert count == len(rows)


@settings(deadline=None, max_examples=300)
@given(rows=st.lists(st.tuples(text, text, text), min_size=1, max_size=6), block_bytes=st.integers(1, 60))
def test_a_file_whose_lines_end_with_cr_alone(rows: list[tuple[str, str, str]], block_bytes: int) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r", quoting=csv.QUOTE_ALL).writerows([("course_id", "b", "c"), *rows])
    good, rejects, _ = read(out.getvalue().encode(), block_bytes)
    assert good == [(n, a or None, b or None, c or None) for n, (a, b, c) in enumerate(rows, 1)]
    assert rejects == []


plain = st.text("ab\n é", max_size=5)
bad_records = st.sampled_from(
    [
        (b"1,2", "too few fields"),
        (b"1", "too few fields"),
        (b"1,2,3,4", "too many fields"),
        (b'"a\nb",2,3,4,5', "too many fields"),
        (b'1,"ab"c,3', "broken quoting"),
        (b'1,"ab" ,3', "broken quoting"),
        (b'1,"never closed,3', "broken quoting"),
        (b'"never closed', "broken quoting"),
        (b"1,\xff\xfe,3", "undecodable bytes"),
        (b'1,"\xe9",3', "undecodable bytes"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    pieces=st.lists(st.tuples(st.none() | bad_records, plain, plain), min_size=1, max_size=6),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    block_bytes=st.integers(1, 80),
)
def test_exactly_the_good_records_land_each_with_its_number(
    pieces: list[tuple[tuple[bytes, str] | None, str, str]], quoting: Literal[0, 1], line_end: str, block_bytes: int
) -> None:
    # Each bad record stands before a good one: two bad ones in a row may count as one.
    data = HEADER.replace(b"\n", line_end.encode())
    want: list[tuple[object, ...]] = []
    want_rows_of_rejects = []
    number = 0
    for bad, b, c in pieces:
        if bad:
            number += 1
            data += bad[0] + line_end.encode()
            want_rows_of_rejects.append((number, bad[0].decode("utf-8", "backslashreplace")))
        number += 1
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator=line_end, quoting=quoting).writerow(("id", b, c))
        data += out.getvalue().encode()
        want.append((number, "id", b or None, c or None))
    good, rejects, count = read(data, block_bytes)
    assert good == want
    assert [(number, text) for number, _, text in rejects] == want_rows_of_rejects
    assert count == len(good) + len(rejects)


@pytest.mark.parametrize(
    ("body", "rows", "rejects"),
    [
        pytest.param(b"1,2,3\n4,5\n6,7,8", [(1, "1", "2", "3"), (3, "6", "7", "8")], [(2, "too few fields", "4,5")], id="too few"),  # noqa: E501
        pytest.param(b"1,2,3,4\n", [], [(1, "too many fields", "1,2,3,4")], id="too many"),
        pytest.param(b'1,"",  x \n', [(1, "1", None, "  x ")], [], id="empty is null, spaces stay"),
        pytest.param(b'1,5" disk,""\n', [(1, "1", '5" disk', None)], [], id="quote in an unquoted field"),
        pytest.param(b'1, "a",3\n', [(1, "1", ' "a"', "3")], [], id="a space before a quote"),
        pytest.param(b"\n1,2,3\n\r\n\n4,5,6\n\n", [(1, "1", "2", "3"), (2, "4", "5", "6")], [], id="blank lines"),
        pytest.param(b'1,"x\r\ny\n",3\r\n', [(1, "1", "x\r\ny\n", "3")], [], id="line ends in quotes"),
        pytest.param(b"1,a\rb,3\n", [(1, "1", "a\rb", "3")], [], id="a lone CR is text"),
        pytest.param(b'1,a\rb,"c,""d"\n', [(1, "1", "a\rb", 'c,"d')], [], id="a lone CR beside quotes"),
        pytest.param(b"\xef\xbb\xbf1,2,3\n", [(1, "\ufeff1", "2", "3")], [], id="a byte order mark behind the header"),
        pytest.param(b'\xef\xbb\xbf1,"2",3\n', [(1, "\ufeff1", "2", "3")], [], id="the same beside quotes"),
        pytest.param(b"1,\0,3\n", [(1, "1", "\0", "3")], [], id="NUL"),
        pytest.param(b'1,"ab"c,3\n2,3,4\n', [(2, "2", "3", "4")], [(1, "broken quoting", '1,"ab"c,3')], id="text after quote"),  # noqa: E501
        pytest.param(b'1,"ab,3\n2,3,4\n3,4,5', [(2, "2", "3", "4"), (3, "3", "4", "5")], [(1, "broken quoting", '1,"ab,3')], id="open quote"),  # noqa: E501
        pytest.param(b'1,"ab,3\n2,"x\ny",4\n', [(2, "2", "x\ny", "4")], [(1, "broken quoting", '1,"ab,3')], id="open quote, then quotes"),  # noqa: E501
        pytest.param(b'1,"ab,3\n2,",x",4\n', [(2, "2", ",x", "4")], [(1, "too many fields", '1,"ab,3')], id="open quote that finds another"),  # noqa: E501
        pytest.param(b'1,"ab,3\n2,,\n3,4\n5,,"\n"\n', [(2, "2", None, None), (4, "5", None, "\n")], [(1, "too few fields", '1,"ab,3'), (3, "too few fields", "3,4")], id="open quote that finds another behind a bad record"),  # noqa: E501
        pytest.param(b'1,"ab\n2,3,4\nc",5,6\n7,8,9\n', [(2, "7", "8", "9")], [(1, "too many fields", '1,"ab\n2,3,4\nc",5,6')], id="bad record with a line like a record"),  # noqa: E501
        pytest.param(b'1,2,"ab', [], [(1, "broken quoting", '1,2,"ab')], id="open quote at the end"),
        pytest.param(b'1,"a\nb",3,4\n5,6,7', [(2, "5", "6", "7")], [(1, "too many fields", '1,"a\nb",3,4')], id="bad record of two lines"),  # noqa: E501
        pytest.param(b"1,\xe9,3\n2,\xc3\xa9,4\n", [(2, "2", "é", "4")], [(1, "undecodable bytes", "1,\\xe9,3")], id="Latin-1"),  # noqa: E501
        pytest.param(b"1,\xed\xa0\x80,3\n", [], [(1, "undecodable bytes", "1,\\xed\\xa0\\x80,3")], id="surrogate"),
        pytest.param(b"1,\xff\n", [], [(1, "too few fields", "1,\\xff")], id="too few and undecodable"),
        pytest.param(b'1,2"a, b"\n', [(1, "1", '2"a', ' b"')], [], id="a lost comma is not seen"),
        pytest.param(b'1,"a"b"c",3\n', [], [(1, "broken quoting", '1,"a"b"c",3')], id="quotes that polars drops"),
        pytest.param(b'1,""a"",3\n', [], [(1, "broken quoting", '1,""a"",3')], id="the same, doubled"),
        pytest.param(b'1,"a" "c",3\n', [], [(1, "broken quoting", '1,"a" "c",3')], id="the same, two texts"),
        pytest.param(b'1,x\r,3\n2,\r,3\n', [(1, "1", "x\r", "3"), (2, "2", "\r", "3")], [], id="a CR polars drops"),
        pytest.param(b'1,"x"\r,3\n', [], [(1, "broken quoting", '1,"x"\r,3')], id="a CR behind a quote"),
        pytest.param(b"1,2,3\r\r\n", [(1, "1", "2", "3\r")], [], id="CR CR LF"),
        pytest.param(
            b'1,"Ann",5" pipe\n2,"Bob",6" pipe\n' + b'3,"Cy",x\n' * 9,
            [(1, "1", "Ann", '5" pipe'), (2, "2", "Bob", '6" pipe'), *((n, "3", "Cy", "x") for n in range(3, 12))],
            [],
            id="records that polars joins",
        ),
        pytest.param(b"x^2,b,c\n", [(1, "x^2", "b", "c")], [], id="what polars takes for zlib"),
        pytest.param(b"x\x01,b,c\n", [(1, "x\x01", "b", "c")], [], id="the same, another level"),
        pytest.param(b"1,2,3\n  \t\n4,5,6\n  ", [(1, "1", "2", "3"), (2, "4", "5", "6")], [], id="lines of blanks"),
        pytest.param(b'1,2,"a\n2,3,4\n3,4,"\nd"\n4,5,6\n', [(2, "2", "3", "4"), (3, "3", "4", "\nd"), (4, "4", "5", "6")], [(1, "broken quoting", '1,2,"a')], id="open quote that finds one in good width"),  # noqa: E501
        pytest.param(b'1,2,"l1\nl2 x"y\nl3\nl4"\n2,3,4\n', [(2, "2", "3", "4")], [(1, "broken quoting", '1,2,"l1\nl2 x"y\nl3\nl4"')], id="one damage, one reject"),  # noqa: E501
    ],
)  # fmt: skip  # a case a line
def test_examples(body: bytes, rows: Rows, rejects: list[tuple[int, str, str]]) -> None:
    assert read_anyhow(HEADER + body) == (rows, rejects, len(rows) + len(rejects))


def test_the_reason_tells_the_widths() -> None:
    reader = CsvReader(io.BytesIO(HEADER + b"1,2\n"), DATA_SETS["courses"])
    (block,) = reader.blocks()
    assert block.rejects[0].reason == "too few fields: 2 instead of 3"


def test_a_line_without_end_is_rejected_and_not_kept_in_memory() -> None:
    line = b"1,2," + b"x" * 3_000_000
    tracemalloc.start()
    rows, rejects, count = read(HEADER + line + b"\n4,5,6\n", block_bytes=1000, record_limit=5000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == [(2, "4", "5", "6")]
    assert [(row, kind) for row, kind, _ in rejects] == [(1, "record too long")]
    assert count == 2
    assert peak < 1_000_000 + 2 * len(line)


def test_an_open_quote_far_from_the_next_costs_one_record() -> None:
    body = b'1,"open,3\n' + b"4,5,6\n" * 5000
    rows, rejects, count = read(HEADER + body, block_bytes=1000, record_limit=4000)
    assert (len(rows), len(rejects), count) == (5000, 1, 5001)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (b"Course ID, Title ,is-sandbox?\n", ["course_id", "title", "is_sandbox_"]),
        (b'"course_id","a ""b"""\n', ["course_id", "a__b_"]),
        (b"course_id,,x,\r\n", ["course_id", "column_2", "x", "column_4"]),
        ("course_id,Größe\r".encode(), ["course_id", "größe"]),
        (b"\n\r\n\xef\xbb\xbfcourse_id,b"[3:], ["course_id", "b"]),
        (b"course_id", ["course_id"]),
        (b'course_id,5" disk\n', ["course_id", "5__disk"]),
        ("\u00adCourse\u200b_ID\ufeff,\u00a0Two \u2003words\u3000\n".encode(), ["course_id", "two_words"]),
    ],
)
def test_header_names(header: bytes, columns: list[str]) -> None:
    for block_bytes in (1, 4, 100):
        reader = CsvReader(io.BytesIO(header), DATA_SETS["courses"], block_bytes=block_bytes)
        assert reader.header.columns == columns
        assert list(reader.blocks()) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty: there is no header"),
        (b"\xef\xbb\xbf\r\n\n", "it is empty"),
        (b"<!doctype html><p>Not found</p>", "not a CSV but HTML or XML"),
        (b'\n {"error": "no"}', "not a CSV but JSON"),
        (b"[1]", "not a CSV but JSON"),
        ("course_id,a\n".encode("utf-16"), "not a CSV in UTF-8 but UTF-16 text"),
        ("course_id,a\n".encode("utf-16-le"), "its header has NUL bytes"),
        (b"PK\x03\x04xx", "a zip archive or an Excel workbook"),
        (b"\x1f\x8b\x08\0\0\0", "gzip, although its name does not end in .gz"),
        (b"course_id,\xe9\n1,2\n", "its header is not UTF-8 text"),
        (b"id,title\n1,2\n", "its header lacks the key column course_id of courses"),
        (
            b"course_id;title\n1;2\n",
            "lacks the key column course_id of courses; it seems to be separated by semicolons",
        ),
        (b"course_id\ttitle\n1\t2\n", "it seems to be separated by tabs"),
        (b"course_id,Course-ID\n", "its header names two columns the same: 'course_id'"),
        (
            b'course_id,"a\n1,"b"\n',
            "its header has a quoted name that is not closed on its line, or is followed by text",
        ),
        (b'course_id,"a"b\n', "its header has a quoted name that is not closed on its line, or is followed by text"),
        (b'course_id,"two\nlines"\n', "its header has a quoted name that is not closed on its line"),
        (b'"course_id";"title"\n', "it seems to be separated by semicolons"),
        (
            b"course_id," + b",".join(b"c%d" % n for n in range(201)),
            "its header has 201 columns that courses does not know",
        ),
        (b"course_id,_Loaded_At\n", "a column that the loader adds itself: _loaded_at"),
        (b"x" * (2 << 20), "its first line does not end"),
    ],
)
def test_a_file_that_is_no_csv_of_its_data_set_is_refused(data: bytes, message: str) -> None:
    for block_bytes in (3, 1 << 20):
        if len(data) < 1000 or block_bytes > 3:
            with pytest.raises(FileRefused) as refused:
                CsvReader(io.BytesIO(data), DATA_SETS["courses"], block_bytes=block_bytes)
            assert message in str(refused.value)


def test_a_header_that_swallows_records_is_refused_without_its_text() -> None:
    data = b'course_id,"b\n77,secret\n78,"c"\n'
    with pytest.raises(FileRefused) as refused:
        CsvReader(io.BytesIO(data), DATA_SETS["courses"])
    assert not any(text in str(refused.value) for text in ("secret", "77", '"b'))


def test_a_file_of_one_column() -> None:
    reader = CsvReader(io.BytesIO(b'course_id\n\n1\n""\n"a\n\nb"\n\n'), DATA_SETS["courses"])
    assert [row for block in reader.blocks() for row in block.rows.rows()] == [("1", 1), (None, 2), ("a\n\nb", 3)]


@pytest.mark.parametrize(
    ("data", "ends"), [(b"", True), (b"1,2,3\n", True), (b"1,2,3\r\n\n", True), (b"1,2,3", False), (b"1,2,3\r", False)]
)
def test_whether_the_last_line_ends(data: bytes, ends: bool) -> None:
    for block_bytes in (1, 100):
        reader = CsvReader(io.BytesIO(HEADER + data), DATA_SETS["courses"], block_bytes=block_bytes)
        list(reader.blocks())
        assert reader.ends_line is ends
    assert CsvReader(io.BytesIO(HEADER.strip()), DATA_SETS["courses"]).ends_line is False


def test_a_question_set_needs_more_than_one_unknown_column() -> None:
    with pytest.raises(FileRefused, match="only one column, so it is not a CSV of question_set_questions"):
        CsvReader(io.BytesIO(b"Service unavailable\n"), DATA_SETS["question_set_questions"])
    reader = CsvReader(io.BytesIO(b"updated_date\n"), DATA_SETS["question_set_questions"])
    assert reader.header.columns == ["updated_date"]
