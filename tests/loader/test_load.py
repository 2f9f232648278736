"""From the landing folder into raw: every file once, in one transaction, and nothing lost or half done."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loader.catalog import DATA_SETS, FILE_SETS
from loader.errors import DatabaseUnavailable
from loader.landing.folder import LandedFile, walk_landing, zstd
from loader.warehouse.load import FileResult, load_files

USERS = "user_id,institution_id,first_name\n"


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "made" / "novoed.duckdb"


def put(landing: Path, name: str, data: str | bytes) -> Path:
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = data.encode() if isinstance(data, str) else data
    lower = name.lower()
    if lower.endswith(".gz"):
        data = gzip.compress(data)
    elif lower.endswith(".zst"):
        data = zstd.compress(data)
    path.write_bytes(data)
    return path


def load(landing: Path, database: Path, **options: object) -> dict[str, FileResult]:
    results = load_files(database, walk_landing(landing), **options)  # type: ignore[arg-type]
    return {result.file.source_file: result for result in results}


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def everything(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    tables = query(database, "select table_name from duckdb_tables() where schema_name = 'raw' order by 1")
    return {name: query(database, f"from raw.{name} order by all") for (name,) in tables}


def test_every_table_exists_after_a_load_of_nothing(landing: Path, database: Path) -> None:
    assert load(landing, database) == {}
    columns = query(
        database,
        "select table_name, list(column_name || ' ' || data_type order by column_index)"
        " from duckdb_columns() where schema_name = 'raw' group by 1",
    )
    tables = dict(columns)
    assert set(tables) >= {*FILE_SETS, "_files", "_rejects"}
    for name, data_set in FILE_SETS.items():
        own = ["_source_file VARCHAR", "_source_row BIGINT", "_loaded_at TIMESTAMP"]
        assert tables[name] == [f"{column} VARCHAR" for column in data_set.columns] + own
    assert tables["_files"] == [
        "data_set VARCHAR", "source_file VARCHAR", "sha256 VARCHAR", "byte_count BIGINT", "row_count BIGINT",
        "landed_row_count BIGINT", "rejected_row_count BIGINT", "loaded_at TIMESTAMP",
        "header VARCHAR[]", "replaced_columns VARCHAR[]",
    ]  # fmt: skip
    assert tables["_rejects"] == [
        "data_set VARCHAR", "source_file VARCHAR", "source_row BIGINT", "reason VARCHAR", "raw_text VARCHAR",
        "loaded_at TIMESTAMP",
    ]  # fmt: skip


def test_the_database_is_private_even_while_it_is_written(landing: Path, database: Path) -> None:
    put(landing, "users/a.csv", USERS + "1,2,x\n")
    put(landing, "users/b.csv", USERS + "1,2,x\n")
    old = os.umask(0)
    try:
        for _ in load_files(database, walk_landing(landing)):
            modes = {path.name: path.stat().st_mode & 0o777 for path in database.parent.iterdir() if path.is_file()}
            assert "novoed.duckdb.wal" in modes
            assert set(modes.values()) == {0o600}
    finally:
        os.umask(old)


def test_a_file_lands_as_it_is_with_its_origin(landing: Path, database: Path) -> None:
    name = "users/2024/deep/A.CSV.GZ"
    stored = put(landing, name, 'First Name,USER-ID,institution_id,Extra!\r\n  Ann ,1,2,\r\n,3,4,""\n')
    result = load(landing, database)[name]
    assert result.new_columns == ["extra_"]
    assert query(
        database,
        "select user_id, institution_id, first_name, bio, extra_, _source_file, _source_row"
        " from raw.users order by all",
    ) == [("1", "2", "  Ann ", None, None, name, 1), ("3", "4", None, None, None, name, 2)]
    data = stored.read_bytes()
    assert query(database, "select * exclude (loaded_at) from raw._files") == [
        (
            "users", name, hashlib.sha256(data).hexdigest(), len(data), 2, 2, 0,
            ["first_name", "user_id", "institution_id", "extra_"], None,
        )
    ]  # fmt: skip
    assert query(
        database,
        "select count(distinct loaded_at), abs(date_diff('second', max(loaded_at), now() at time zone 'UTC')) < 60"
        " from (select loaded_at from raw._files union all select _loaded_at from raw.users)",
    ) == [(1, True)]


def test_the_columns_of_a_file_are_remembered_when_it_is_replaced(landing: Path, database: Path) -> None:
    for header in ("user_id,institution_id,bio", "user_id,institution_id,headline", "user_id,institution_id"):
        put(landing, "users/a.csv", f"{header}\n")
        load(landing, database)
    assert query(database, "select header, replaced_columns from raw._files") == [
        (["user_id", "institution_id"], ["bio", "headline", "institution_id", "user_id"])
    ]


def test_a_database_of_an_earlier_version_gets_the_headers_of_its_files(landing: Path, database: Path) -> None:
    for name in ("a", "b"):
        put(landing, f"users/{name}.csv", USERS + "1,2,x\n")
    load(landing, database)
    with duckdb.connect(database) as connection:
        connection.execute("alter table raw._files drop header")
        connection.execute("alter table raw._files drop replaced_columns")
    (landing / "users/b.csv").unlink()
    before = query(database, "from raw._files order by all")
    assert load(landing, database)["users/a.csv"].is_unchanged
    assert query(database, "select * exclude (header, replaced_columns) from raw._files order by all") == before
    assert query(database, "select header from raw._files order by source_file") == [
        (USERS.strip().split(","),),
        (None,),
    ]


text = st.text(st.one_of(st.sampled_from(['"', ",", "\n", "\r", "\0", " "]), st.characters(codec="utf-8")), max_size=6)


@pytest.fixture(scope="module")
def workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(st.lists(text, min_size=12, max_size=12), max_size=4),
    columns=st.permutations(DATA_SETS["user_activities"].columns),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    suffix=st.sampled_from([".csv", ".csv.gz", ".csv.zst"]),
    block_bytes=st.integers(1, 200),
)
def test_any_text_in_any_column_survives_on_the_way_to_raw(
    workplace: Path, rows: list[list[str]], columns: list[str], quoting: Literal[0, 1], suffix: str, block_bytes: int
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting).writerows([columns, *rows])
    name = f"user_activities/a{suffix}"
    put(workplace / "landing", name, out.getvalue())
    # One database for all: each example also replaces the rows of another.
    load(workplace / "landing", workplace / "novoed.duckdb", block_bytes=block_bytes)
    landed = query(
        workplace / "novoed.duckdb",
        f"select {', '.join(columns)} from raw.user_activities where _source_file = '{name}' order by _source_row",
    )
    assert landed == [tuple(value or None for value in row) for row in rows]


def test_bad_records_are_rejected_alone(landing: Path, database: Path) -> None:
    put(landing, "users/a.csv", USERS.encode() + b'1,2\n1,2,x\n\n1,2,"x"y\n1,2,3,4\n\xff,2,x\n2,2,y\n')
    result = load(landing, database)["users/a.csv"]
    assert result.landed_row_count == 2
    assert result.reject_reasons == {
        "too few fields": 1, "broken quoting": 1, "too many fields": 1, "undecodable bytes": 1,
    }  # fmt: skip
    assert query(database, "select user_id, _source_row from raw.users order by 2") == [("1", 2), ("2", 6)]
    assert query(
        database,
        "select data_set, source_file, source_row, split_part(reason, ':', 1), raw_text from raw._rejects order by 3",
    ) == [
        ("users", "users/a.csv", 1, "too few fields", "1,2"),
        ("users", "users/a.csv", 3, "broken quoting", '1,2,"x"y'),
        ("users", "users/a.csv", 4, "too many fields", "1,2,3,4"),
        ("users", "users/a.csv", 5, "undecodable bytes", "\\xff,2,x"),
    ]
    assert query(database, "select row_count, landed_row_count, rejected_row_count from raw._files") == [(6, 2, 4)]


def test_only_columns_that_nobody_knows_are_news(landing: Path, database: Path) -> None:
    put(
        landing, "question_set_questions/a.csv", "Question_ID,question_text,updated_date,updated_at,colour\n1,a,b,c,d\n"
    )
    assert load(landing, database)["question_set_questions/a.csv"].new_columns == ["colour"]


def test_rejects_that_are_many_land_with_the_rows_around_them(
    landing: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loader.warehouse.load._REJECTS_AT_ONCE", 1000)
    put(landing, "users/a.csv", USERS + "1,2,x\nbad\n" * 2000)
    result = load(landing, database, block_bytes=1000)["users/a.csv"]
    assert (result.landed_row_count, result.rejected_row_count) == (2000, 2000)
    assert query(database, "select count(*), count(distinct _source_row), min(_source_row) from raw.users") == [(2000, 2000, 1)]  # fmt: skip  # noqa: E501
    assert query(database, "select count(*), count(distinct source_row), max(source_row) from raw._rejects") == [(2000, 2000, 4000)]  # fmt: skip  # noqa: E501


def test_refused_files_leave_nothing_and_others_land(landing: Path, database: Path) -> None:
    put(landing, "users/good.csv", USERS + "1,2,x\n")
    put(landing, "users/page.csv", "<html>Not found</html>")
    put(landing, "users/empty.csv", "")
    put(landing, "users/wrong.csv", "id,name\n1,x\n")
    put(landing, "users/plain.csv", USERS).rename(landing / "users/plain.csv.gz")
    many = "".join(f"{n},2,{hashlib.sha256(str(n).encode()).hexdigest()}\n" for n in range(5000))
    for name in ("cut.csv.gz", "cut.csv.zst"):
        path = put(landing, f"users/{name}", USERS + many)
        path.write_bytes(path.read_bytes()[:-20])
    path = put(landing, "users/more.csv.gz", USERS + many)
    path.write_bytes(path.read_bytes() + b"more")
    (landing / "users/link.csv").symlink_to("nowhere")
    results = load(landing, database, block_bytes=1000)
    assert {name.removeprefix("users/"): result.refusal for name, result in results.items()} == {
        "good.csv": None,
        "page.csv": "it is not a CSV but HTML or XML, maybe an error page; fetch the file again",
        "empty.csv": "it is empty: there is no header; fetch the file again",
        "wrong.csv": "its header lacks the key columns user_id, institution_id of users; add what is missing, or fetch"
        " the file again",
        "plain.csv.gz": "its gzip data is corrupt, or followed by something else; copy or fetch the file again",
        "cut.csv.gz": "its gzip data ends too early; copy or fetch the file again",
        "cut.csv.zst": "its Zstandard data ends too early; copy or fetch the file again",
        "more.csv.gz": "its gzip data is corrupt, or followed by something else; copy or fetch the file again",
        "link.csv": "it is not a regular file, or a link to nothing; put the file itself there",
    }
    assert query(database, "select source_file from raw._files") == [("users/good.csv",)]
    assert query(database, "select _source_file from raw.users") == [("users/good.csv",)]
    assert query(database, "select count(*) from raw._rejects") == [(0,)]


def test_a_file_that_fails_midway_takes_no_other_with_it(
    landing: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too large to be read ahead, so that rows of it are in the database when it turns out to be cut off."""
    monkeypatch.setattr("loader.landing.incoming.READ_AHEAD", 10_000)
    put(landing, "users/b.csv.gz", USERS + "7,2,before\n1\n")
    load(landing, database)
    many = "".join(f"{n},2,{hashlib.sha256(str(n).encode()).hexdigest()}\n" for n in range(5000))
    put(landing, "users/a.csv", USERS + "1,2,x\n")
    path = put(landing, "users/b.csv.gz", USERS.replace("first_name", "new") + many)
    path.write_bytes(path.read_bytes()[:-20])
    put(landing, "users/c.csv", USERS + "3,2,y\n")
    put(landing, "users/d.csv", USERS + many)
    put(landing, "users/e.csv", USERS + "4,2,z\n4\n")
    results = load(landing, database, block_bytes=1000)
    assert list(results) == [f"users/{name}" for name in ("a.csv", "b.csv.gz", "c.csv", "d.csv", "e.csv")]
    refused = results.pop("users/b.csv.gz")
    assert refused.refusal == "its gzip data ends too early; copy or fetch the file again"
    assert [(result.landed_row_count, result.rejected_row_count) for result in results.values()] == [
        (1, 0), (1, 0), (5000, 0), (1, 1),
    ]  # fmt: skip
    assert query(
        database,
        "select _source_file, count(*), min(first_name) from raw.users group by 1 having count(*) < 9 order by 1",
    ) == [("users/a.csv", 1, "x"), ("users/b.csv.gz", 1, "before"), ("users/c.csv", 1, "y"), ("users/e.csv", 1, "z")]
    assert query(database, "select source_file, row_count from raw._files order by 1") == [
        ("users/a.csv", 1), ("users/b.csv.gz", 2), ("users/c.csv", 1), ("users/d.csv", 5000), ("users/e.csv", 2),
    ]  # fmt: skip
    assert query(database, "select source_file from raw._rejects order by 1") == [("users/b.csv.gz",), ("users/e.csv",)]


def test_files_of_all_kinds_land_in_one_transaction(landing: Path, database: Path) -> None:
    """New and changed, of several headers and data sets, with columns that come and refused files in between."""
    put(landing, "courses/a.csv", "course_id,title\n1,x\n")
    put(landing, "users/c.csv", USERS + "1,2,old\n1,2\n")
    put(landing, "users/d.csv", USERS + "2,2,same\n")
    load(landing, database)
    put(landing, "courses/b.csv", "course_id,title\n2,y\n")
    put(landing, "users/a.csv", USERS + "3,2,a\n3\n")
    put(landing, "users/b.csv", "<html>")
    put(landing, "users/c.csv", USERS + "1,2,new\n1,2,new\n")
    put(landing, "users/e.csv", USERS + "4,2,e\n4\n4\n")
    put(landing, "users/f.csv", "user_id,institution_id,color\n5,2,red\n")
    put(landing, "users/g.csv", "user_id,institution_id,color\n6,2,blue\n")
    put(landing, "users/h.csv", USERS + "7,2,h\n")
    results = load(landing, database)
    assert [
        (name, result.is_unchanged, bool(result.refusal), result.landed_row_count, result.rejected_row_count)
        for name, result in results.items()
    ] == [
        ("users/a.csv", False, False, 1, 1), ("users/b.csv", False, True, 0, 0), ("users/c.csv", False, False, 2, 0),
        ("users/d.csv", True, False, 0, 0), ("users/e.csv", False, False, 1, 2), ("users/f.csv", False, False, 1, 0),
        ("users/g.csv", False, False, 1, 0), ("users/h.csv", False, False, 1, 0),
        ("courses/a.csv", True, False, 0, 0), ("courses/b.csv", False, False, 1, 0),
    ]  # fmt: skip
    assert {name: result.new_columns for name, result in results.items() if result.new_columns} == {
        "users/f.csv": ["color"]
    }
    assert query(database, "select user_id, first_name, color, _source_file from raw.users order by all") == [
        ("1", "new", None, "users/c.csv"), ("1", "new", None, "users/c.csv"), ("2", "same", None, "users/d.csv"),
        ("3", "a", None, "users/a.csv"), ("4", "e", None, "users/e.csv"), ("5", None, "red", "users/f.csv"),
        ("6", None, "blue", "users/g.csv"), ("7", "h", None, "users/h.csv"),
    ]  # fmt: skip
    assert query(
        database,
        "select source_file, row_count, landed_row_count, rejected_row_count, len(header) from raw._files order by 1",
    ) == [
        ("courses/a.csv", 1, 1, 0, 2), ("courses/b.csv", 1, 1, 0, 2), ("users/a.csv", 2, 1, 1, 3),
        ("users/c.csv", 2, 2, 0, 3), ("users/d.csv", 1, 1, 0, 3), ("users/e.csv", 3, 1, 2, 3),
        ("users/f.csv", 1, 1, 0, 3), ("users/g.csv", 1, 1, 0, 3), ("users/h.csv", 1, 1, 0, 3),
    ]  # fmt: skip
    assert query(database, "select source_file, source_row from raw._rejects order by all") == [
        ("users/a.csv", 2), ("users/e.csv", 2), ("users/e.csv", 3),
    ]  # fmt: skip


def test_several_gzip_members_are_one_file(landing: Path, database: Path) -> None:
    path = put(landing, "users/a.csv.gz", USERS + "1,2,x\n")
    path.write_bytes(path.read_bytes() + gzip.compress(b"3,4,y\n"))
    assert load(landing, database)["users/a.csv.gz"].landed_row_count == 2


def test_loading_again_changes_nothing(landing: Path, database: Path) -> None:
    put(landing, "users/a.csv", USERS + "1,2,x\n1,2\n")
    put(landing, "courses/b.csv", "course_id,new\n1,2\n")
    load(landing, database)
    before = everything(database)
    results = load(landing, database)
    assert all(result.is_unchanged for result in results.values())
    assert everything(database) == before


def test_a_changed_file_replaces_its_own_rows_only(landing: Path, database: Path) -> None:
    put(landing, "users/a.csv", USERS + "1,2,old\n1,2\n")
    put(landing, "users/b.csv", USERS + "7,2,other\n1\n")
    load(landing, database)
    put(landing, "users/a.csv", "user_id,institution_id,new\n1,2,new\n3,2,new\n")
    assert not load(landing, database)["users/a.csv"].is_unchanged
    assert query(database, "select user_id, first_name, new from raw.users order by all") == [
        ("1", None, "new"), ("3", None, "new"), ("7", "other", None),
    ]  # fmt: skip
    assert query(database, "select source_file, row_count, landed_row_count from raw._files order by 1") == [
        ("users/a.csv", 2, 2), ("users/b.csv", 2, 1),
    ]  # fmt: skip
    assert query(database, "select source_file, source_row from raw._rejects") == [("users/b.csv", 2)]


def test_a_clock_that_was_set_back_makes_no_load_an_earlier_one(landing: Path, database: Path) -> None:
    """Else the version loaded last would lose, and publish would not see that something was loaded."""
    put(landing, "users/a.csv", USERS + "1,2,old\n")
    load(landing, database)
    later = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=3)
    with duckdb.connect(str(database)) as connection:
        connection.execute("update raw._files set loaded_at = ?", [later])
    put(landing, "users/a.csv", USERS + "1,2,new\n")
    load(landing, database)
    ((loaded_at, row_loaded_at),) = query(database, "select loaded_at, _loaded_at from raw._files, raw.users")
    assert loaded_at == row_loaded_at == later + timedelta(microseconds=1)


def test_same_size_other_content_counts_as_changed(landing: Path, database: Path) -> None:
    path = put(landing, "users/a.csv", USERS + "1,2,x\n")
    load(landing, database)
    times = path.stat()
    put(landing, "users/a.csv", USERS + "1,2,y\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    load(landing, database)
    assert query(database, "select first_name from raw.users") == [("y",)]


def test_a_file_that_turns_bad_or_vanishes_keeps_what_it_landed(landing: Path, database: Path) -> None:
    put(landing, "users/a.csv", USERS + "1,2,x\n")
    put(landing, "users/b.csv", USERS + "3,4,y\n")
    load(landing, database)
    put(landing, "users/a.csv", "<html>")
    (landing / "users/b.csv").unlink()
    results = load(landing, database)
    assert results["users/a.csv"].refusal
    assert query(database, "select user_id from raw.users order by 1") == [("1",), ("3",)]
    assert query(database, "select count(*) from raw._files") == [(2,)]


def test_only_the_named_data_sets_are_loaded(landing: Path, database: Path) -> None:
    put(landing, "users/a.csv", USERS + "1,2,x\n")
    put(landing, "courses/a.csv", "course_id\n1\n")
    assert set(load(landing, database, data_sets=["courses"])) == {"courses/a.csv"}
    assert query(database, "select count(*) from raw.users") == [(0,)]


def test_a_header_alone_is_a_file_without_rows(landing: Path, database: Path) -> None:
    put(landing, "users/a.csv", USERS.strip())
    load(landing, database)
    assert query(database, "select row_count, landed_row_count, rejected_row_count from raw._files") == [(0, 0, 0)]


def test_what_is_not_read_is_told(landing: Path) -> None:
    put(landing, "users/ok.csv", "")
    put(landing, "users/.part.csv", "")
    put(landing, "users/.hidden/x.csv", "")
    put(landing, "users/readme.txt", "")
    put(landing, "userz/deep/x.csv", "")
    put(landing, "nothing/x.txt", "")
    put(landing, "stray.csv", "")
    (landing / "users/loop").symlink_to("..", target_is_directory=True)
    put(landing, "courses/readme", "")
    (landing / "courses/again").symlink_to(".", target_is_directory=True)
    found = walk_landing(landing)
    assert "users/ok.csv" in [file.source_file for file in found.files]
    assert not [file for file in found.files if "/." in file.source_file]
    assert len(found.unread) == 2
    assert found.unread[0].startswith("stray.csv lies outside a data set's folder")
    assert found.unread[1].startswith("folder userz/ is not a data set, its data files (1) are not read")
    assert any(note.startswith("users/readme.txt is not read: its name ends in none of .csv") for note in found.notes)
    assert any(note.startswith("folder nothing/ is not a data set and has no data files") for note in found.notes)


def test_a_locked_database_names_who_holds_it(landing: Path, database: Path) -> None:
    load(landing, database)
    script = f"import duckdb; c = duckdb.connect({str(database)!r}); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(DatabaseUnavailable) as caught:
            load(landing, database)
        holder.communicate(b"\n")
    assert f"is in use by process {holder.pid} (" in str(caught.value)
    assert "Close that program or wait for it" in str(caught.value)


def test_a_file_that_is_no_database(landing: Path, tmp_path: Path) -> None:
    path = tmp_path / "text.duckdb"
    path.write_text("not a database " * 100)
    with pytest.raises(DatabaseUnavailable, match=r"text\.duckdb is not a DuckDB database\. Move it away"):
        load(landing, path)


def test_a_full_disk_is_named_as_the_cause(landing: Path, database: Path) -> None:
    put(landing, "users/a.csv", USERS + "1,2,Ann\n")
    load(landing, database)
    put(landing, "users/b.csv", USERS + "".join(f"{row},2,{row * 7919 % 99991}\n" for row in range(200_000)))
    script = (
        "import resource, sys; from pathlib import Path; from novoed import cli;"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19)); cli.main()"
    )
    arguments = ["load", "--landing", str(landing), "--database", str(database)]
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"novoed: The database {database} cannot be used: " in done.stderr
    assert "File too large" in done.stderr
    assert query(database, "select source_file from raw._files") == [("users/a.csv",)]


@pytest.mark.parametrize(
    ("files_at_once", "killed_at", "whole_files"),
    [(1, 1, 0), (1, 4, 0), (1, 9, 1), (1, 15, 2), (2, 11, 0), (2, 15, 2), (1000, 17, 0), (1000, 18, 3)],
)
def test_killed_at_any_moment_files_are_there_wholly_or_not_at_all(
    landing: Path, database: Path, files_at_once: int, killed_at: int, whole_files: int
) -> None:
    """Each file is read in six steps; what is told to have landed has landed."""
    lines = "".join(f"{n},1,{n:050}\n" + ("bad\n" if n % 50 == 0 else "") for n in range(2000))
    for number in range(3):
        put(landing, f"users/{number}.csv", USERS + lines)
    script = (
        "import os, sys; from pathlib import Path; from loader.warehouse import load\n"
        "from loader.landing.folder import walk_landing\n"
        "load._TRANSACTION_FILES = int(sys.argv[4])\n"
        "steps = iter(range(int(sys.argv[3])))\n"
        "step = lambda *_: next(steps, None) is None and os.kill(os.getpid(), 9)\n"
        "landing = walk_landing(Path(sys.argv[1]))\n"
        "for result in load.load_files(Path(sys.argv[2]), landing, progress=step, block_bytes=30_000):\n"
        "    print(result.file.source_file, flush=True)\n"
        "    step()\n"
    )
    command = [sys.executable, "-c", script, str(landing), str(database), str(killed_at), str(files_at_once)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    assert check_files_are_whole(database) == whole_files
    assert set(done.stdout.split()) <= {name for (name,) in query(database, "select source_file from raw._files")}
    load(landing, database)
    assert check_files_are_whole(database) == 3


@pytest.mark.parametrize("stopped_at", [1, 4, 9, 15])
def test_an_interrupt_is_raised_as_one_and_leaves_whole_files(landing: Path, database: Path, stopped_at: int) -> None:
    lines = "".join(f"{n},1,{n:050}\n" + ("bad\n" if n % 50 == 0 else "") for n in range(2000))
    for number in range(3):
        put(landing, f"users/{number}.csv", USERS + lines)
    steps = iter(range(stopped_at))

    def step(_file: LandedFile, _byte_count: int) -> None:
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        list(load_files(database, walk_landing(landing), progress=step, block_bytes=30_000))
    assert check_files_are_whole(database) < 3
    load(landing, database)
    assert check_files_are_whole(database) == 3


def test_an_interrupt_between_two_blocks_is_one(landing: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(landing, "users/1.csv", USERS + "".join(f"{n},1,{n:050}\n" for n in range(2000)))
    to_arrow, calls = pl.DataFrame.to_arrow, iter(range(2))

    def interrupted(frame: pl.DataFrame) -> pa.Table:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return to_arrow(frame)

    monkeypatch.setattr(pl.DataFrame, "to_arrow", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(load_files(database, walk_landing(landing), block_bytes=30_000))
    monkeypatch.undo()
    assert query(database, "select count(*) from raw.users") == [(0,)]


def check_files_are_whole(database: Path) -> int:
    """The number of files in the database, each of which must have all its rows and rejects."""
    files = query(database, "select source_file, row_count, landed_row_count, rejected_row_count from raw._files")
    assert {tuple(counts) for _, *counts in files} <= {(2040, 2000, 40)}
    names = sorted(name for name, *_ in files)
    by_file = "select {}, count(*) from raw.{} group by 1 order by 1"
    assert query(database, by_file.format("_source_file", "users")) == [(name, 2000) for name in names]
    assert query(database, by_file.format("source_file", "_rejects")) == [(name, 40) for name in names]
    return len(files)
