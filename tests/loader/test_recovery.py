"""Where a broken record ends: one damage costs one record, whatever the lines around it look like."""

from __future__ import annotations

import pytest

from loader.landing import recovery
from loader.landing.recovery import BROKEN_QUOTING, CR, LF, TOO_FEW, TOO_MANY, UNDECODABLE, Judged

WIDTH = 3
EXAMPLES = [
    # what the first record is, its text (the rest follows), what follows
    pytest.param(None, b"1,2,3\n", b"4,5,6\n", id="sound"),
    pytest.param(None, b'1,"a\nb",3\n', b"4,5,6\n", id="sound, two lines"),
    pytest.param(None, b'1,5" disk,6"\n', b"4,5,6\n", id="quotes in unquoted fields are text"),
    pytest.param(None, b'1,2"a, b"\n', b"4,5,6\n", id="a lost comma before quoted text is not seen"),
    pytest.param(None, b'1,2,"a\n4,5,6\nb"\n', b"7,8,9\n", id="a text that looks like a record"),
    pytest.param(None, b'1,2,"a\n4,5,6\nb"\n', b"7,8\n", id="the same before a short record"),
    pytest.param(None, b'1,5" x,"a\n4,5,6\nb"\n', b"7,8\n", id="the same beside a quote in an unquoted field"),
    pytest.param(None, b'1,2,"a\n4,5,6"\n', b"", id="the same at the end of the file"),
    pytest.param(TOO_FEW, b"1,2\n", b"4,5,6\n", id="too few"),
    pytest.param(TOO_MANY, b"1,2,3,\n", b"4,5,6\n", id="too many"),
    pytest.param(TOO_MANY, b'1,"a\nb",3,4\n', b"4,5,6\n", id="too many, two lines"),
    pytest.param(UNDECODABLE, b"1,\xff,3\n", b"4,5,6\n", id="undecodable"),
    pytest.param(BROKEN_QUOTING, b'1,"a"b,3\n', b"4,5,6\n", id="text behind a closing quote"),
    pytest.param(BROKEN_QUOTING, b'1,"a\nb"c,3\n', b"4,5,6\n", id="text behind a closing quote, two lines"),
    pytest.param(BROKEN_QUOTING, b'1,"a,3\n', b"4,5,6\n", id="never closed"),
    pytest.param(BROKEN_QUOTING, b'1,"a\nb,3\n', b"4,5,6\n", id="never closed, two lines"),
    pytest.param(BROKEN_QUOTING, b'1,"a,3\n', b'4,"b\nc",6\n', id="closed by the next record's quote, then text"),
    pytest.param(TOO_MANY, b'1,"a,3\n', b'4,",b",6\n', id="closed by the next record's quote, odd width"),
    pytest.param(BROKEN_QUOTING, b'1,2,"a\n', b'4,5,6\n7,8,"\nb"\n', id="closed by a later quote, right width"),
    pytest.param(BROKEN_QUOTING, b'1,2,"a\n', b'\n4,5,6\n7,8,"\nb"\n', id="the same with a blank line"),
    pytest.param(BROKEN_QUOTING, b'1,"a\n', b'4,5,",b"\n', id="the same, a lone quote tells"),
    pytest.param(BROKEN_QUOTING, b'1,2,"a\n', b'4,5,"\nb"\n', id="closed by the next record's quote, right width"),
    pytest.param(BROKEN_QUOTING, b'1,2,"a\n', b'4,5,"\n"\n', id="the same, its text a line end"),
    pytest.param(None, b'1,2,"a\n5,"\n', b'7,",8\n9,9,9\n', id="a text that ends in a comma before a damaged record"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "record", "rest"), EXAMPLES)
def test_a_record_ends_where_it_does(kind: str | None, record: bytes, rest: bytes) -> None:
    data = record + rest
    judged = recovery.judge(LF, data, 0, WIDTH, may_wait=False)
    assert judged is not None
    assert (judged.kind, data[: judged.end].rstrip(b"\n")) == (kind, record.rstrip(b"\n"))


@pytest.mark.parametrize(("kind", "record", "rest"), EXAMPLES)
def test_while_more_bytes_may_come_it_is_the_same_or_waits(kind: str | None, record: bytes, rest: bytes) -> None:
    data = record + rest
    whole = recovery.judge(LF, data, 0, WIDTH, may_wait=False)
    assert whole is not None
    assert whole.kind == kind
    for size in range(1, len(data)):
        assert recovery.judge(LF, data[:size], 0, WIDTH, may_wait=True) in (None, whole)


@pytest.mark.parametrize(
    ("pieces", "records"),
    [
        ([b'1,2,"a\nb x"y\n', b"c\n", b'd"\n'], [[0, 1, 2]]),
        ([b'1,2,"a\nb", c\n', b'd"\n'], [[0, 1]]),
        ([b"1,2\n", b'3,4,"a x"y\n', b"b\n", b'c"\n'], [[0], [1, 2, 3]]),
        ([b'1,"a x"y\n', b'b"\n', b'2,"c x"y\n', b'd"\n'], [[0, 1], [2, 3]]),
        ([b'1,"a"b,3\n', b"1,2\n", b"1,2,3,4\n"], [[0], [1], [2]]),
        ([b'1,5"\n', b'2,5"\n', b'3,5"\n'], [[0], [1], [2]]),
    ],
)
def test_what_one_damage_tore_apart_is_one_record(pieces: list[bytes], records: list[list[int]]) -> None:
    data = b"".join(pieces)
    starts = [len(b"".join(pieces[:number])) for number in range(len(pieces) + 1)]
    judged = [Judged(starts[n], starts[n + 1], TOO_FEW if n else BROKEN_QUOTING, f"{n}") for n in range(len(pieces))]
    assert recovery.merge_tails(LF, data, judged) == [
        judged[numbers[0]]._replace(end=starts[numbers[-1] + 1]) for numbers in records
    ]


@pytest.mark.parametrize(
    ("grammar", "data", "at"),
    [
        (LF, b"1,2\n", None),
        (LF, b'"a""b"\r\n', None),
        (LF, b"1,2", 3),
        (LF, b'1,"a', 4),
        (LF, b'1,"a"', 5),
        (LF, b'1,"a"\r', 6),
        (LF, b'1,"a"b\n', 5),
        (LF, b'1,"a"\rb\n', 5),
        (CR, b'1,"a"\rb\r', None),
    ],
)
def test_break_point(grammar: recovery.Grammar, data: bytes, at: int | None) -> None:
    assert recovery.break_point(grammar, data, 0) == at


def test_fields_and_their_values() -> None:
    found = recovery.fields(b'1,"a,""b""",,"",5" x')
    assert found == [b"1", b'"a,""b"""', b"", b'""', b'5" x']
    assert [recovery.value(field) for field in found] == [b"1", b'a,"b"', b"", b"", b'5" x']


def test_only_unquoted_fields_with_a_quote_or_a_cr_are_quoted() -> None:
    assert recovery.requoted(LF, b'1,"a\r""b",5" x,\r,c\r\n') == b'1,"a\r""b","5"" x","\r",c\n'
    assert recovery.requoted(CR, b'1,"a\rb",c\r') == b'1,"a\rb",c\n'
    assert recovery.requoted(LF, b"1,a b\n") == b"1,a b\n"
