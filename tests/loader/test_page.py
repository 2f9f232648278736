"""One definition of a record: what may land as a page is what load reads whole, and its measures are exact."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loader.api.page import Page, read_page
from loader.catalog import DATA_SETS
from loader.errors import CallFailed
from loader.intervals import Interval
from loader.landing.folder import walk_landing
from loader.warehouse.load import FileResult, load_files

ASKED = Interval(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC))
HEADER = b"user_id,institution_id,record_updated_date,bio\n"


def page_of(data: bytes, data_set: str = "users") -> Page:
    return read_page(io.BytesIO(data), DATA_SETS[data_set], ASKED)


def load_one(folder: Path, data: bytes) -> FileResult:
    """What becomes of the bytes as a file of the landing folder."""
    path = folder / "landing" / "users" / f"{uuid4()}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    (result,) = load_files(folder / "novoed.duckdb", walk_landing(folder / "landing"))
    path.unlink()
    return result


cells = st.text(st.sampled_from(['"', ",", "\n", "\r", " ", "a", "é", "\0"]), max_size=8)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """A page as the platform would print it, with one damage or none."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])))
    writer.writerow(["user_id", "institution_id", draw(st.sampled_from(["bio", "Größe", 'a"b', ""])), "record_updated_date"])  # fmt: skip  # noqa: E501
    for number, bio in enumerate(draw(st.lists(cells, max_size=5))):
        writer.writerow([number, 1, bio, f"2024-05-{20 - number}T10:00:00Z"])
    data = out.getvalue().encode()
    if draw(st.booleans()):
        at = draw(st.integers(0, len(data)))
        put = draw(st.sampled_from([b"", b'"', b",", b"\n", b"\r", b"\xff", b" "]))
        data = data[:at] + put + data[at + draw(st.integers(0, 2)) :]
    return data[: draw(st.sampled_from([len(data), len(data) - 1, len(data) // 2]))]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@settings(deadline=None, max_examples=100)
@given(data=answers())
def test_what_a_page_accepts_load_loads_and_what_load_reads_whole_may_land(workplace: Path, data: bytes) -> None:
    result = load_one(workplace, data)
    try:
        page, failure = page_of(data), ""
    except CallFailed as failed:
        page, failure = None, str(failed)
    if page is not None:
        assert result.refusal is None
        assert page.row_count == result.landed_row_count + result.rejected_row_count
    # What load cannot judge is whether the rows are those that were asked for.
    elif not any(text in failure for text in ("record_updated_date", "timestamp", "newest first", "interval asked")):
        assert result.refusal is not None or result.rejected_row_count > 0


def rows(*texts: str) -> bytes:
    return HEADER + b"".join(b"%d,1,%s,x\n" % (number, text.encode()) for number, text in enumerate(texts))


@pytest.mark.parametrize(
    ("texts", "smallest", "largest", "unit", "ties", "largest_ties"),
    [
        (["2024-05-02 10:00:00 UTC", "2024-05-01T10:00:00Z"], (1, 10), (2, 10), timedelta(seconds=1), 1, 1),
        (["2024-05-02", "2024-05-01", "2024-05-01", "2024-05-01"], (1, 0), (2, 0), timedelta(days=1), 3, 1),
        (["2024-05-02", "2024-05-01 00:00", "", "soon", "2024-05-01"], (1, 0), (2, 0), timedelta(minutes=1), 2, 1),
        (["2024-05-02", "2024-05-02 00:00", "2024-05-01"], (1, 0), (2, 0), timedelta(minutes=1), 1, 2),
        (["2024-05-02", "2024-05-02"], (2, 0), (2, 0), timedelta(days=1), 2, 2),
    ],
)
def test_measures(
    texts: list[str],
    smallest: tuple[int, int],
    largest: tuple[int, int],
    unit: timedelta,
    ties: int,
    largest_ties: int,
) -> None:
    at = {name: datetime(2024, 5, day, hour, tzinfo=UTC) for name, (day, hour) in (("s", smallest), ("l", largest))}
    assert page_of(rows(*texts)) == Page(
        row_count=len(texts),
        smallest=at["s"],
        largest=at["l"],
        unit=unit,
        tie_count=ties,
        largest_tie_count=largest_ties,
    )


def test_a_record_in_the_middle_that_is_none_does_not_fail_the_page() -> None:
    data = rows("2024-05-02") + b'9,1,"2024-05-01"x,y\n' + rows("2024-05-01").removeprefix(HEADER)
    page = page_of(data)
    assert (page.row_count, page.tie_count) == (3, 1)
    assert (page.smallest, page.largest) == (datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 2, tzinfo=UTC))


@pytest.mark.parametrize("last", [b"9,1,2024-04-01,a\rb\n", b"9,1,2024-04-01,x\n   \n", b'9,1,2024-04-01,5" x\n'])
def test_a_last_record_that_load_reads_may_end_a_page(tmp_path: Path, last: bytes) -> None:
    data = rows("2024-05-02") + last
    assert page_of(data).row_count == load_one(tmp_path, data).landed_row_count == 2


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (b'9,1,2024-04-01,"ab"c\n', "broken quoting"),
        (b'9,1,2024-04-01,"ab', "broken quoting"),
        (b"9,1,2024-04\n", "too few fields"),
        (b"9,1,2024-04-01,\xff\n", "undecodable bytes"),
    ],
)
def test_a_last_record_that_load_rejects_does_not(last: bytes, reason: str) -> None:
    with pytest.raises(CallFailed, match=rf"breaks off in its last record \({reason}"):
        page_of(rows("2024-05-02") + last)


def test_question_sets_may_call_their_timestamp_as_the_others_do() -> None:
    for name in (b"updated_date", b"Record Updated Date"):
        page = page_of(b"answer," + name + b"\na,2024-05-01\n", "question_set_responses")
        assert page.largest == datetime(2024, 5, 1, tzinfo=UTC)
