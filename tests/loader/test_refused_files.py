"""Files that people really have, and that are not a CSV of their data set: refused whole, with what to do."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest

from loader.catalog import DATA_SETS
from loader.errors import FileRefused
from loader.landing.folder import walk_landing
from loader.landing.forms import what_to_do
from loader.landing.header import read_header
from loader.warehouse.load import load_files

USERS = "user_id,institution_id,first_name,last_name,email_address\n"


def refusal(folder: Path, name: str, data: bytes) -> str | None:
    """Why the file is refused, None where it lands; nothing of a refused file may be in the database."""
    path = folder / "landing" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    database = folder / "novoed.duckdb"
    (result,) = load_files(database, walk_landing(folder / "landing"))
    with duckdb.connect(str(database), read_only=True) as connection:
        landed = connection.execute("select count(*) from raw._files").fetchone()
        rows = connection.execute(f"select count(*) from raw.{name.split('/')[0]}").fetchone()
    assert landed == ((0,) if result.refusal else (1,))
    if result.refusal:
        assert rows == (0,)
    return result.refusal


def people(count: int, accents: int) -> bytes:
    """A users file in Windows-1252 in which so many people have an accent."""
    names = ["Zoë" if number < accents else "Ann" for number in range(count)]
    return (USERS + "".join(f"{number},7,{name},x,a@b.example\n" for number, name in enumerate(names))).encode("cp1252")


@pytest.mark.parametrize(("count", "accents"), [(20, 1), (116, 65), (299, 3), (10_000, 101)])
def test_another_encoding_is_refused_whole(tmp_path: Path, count: int, accents: int) -> None:
    assert refusal(tmp_path, "users/a.csv", people(count, accents)) == (
        f"{accents:,} of its {count:,} records are not UTF-8: it is probably in Windows-1252 (ANSI), as spreadsheets"
        " save it; save it as CSV UTF-8"
    )


@pytest.mark.parametrize(("count", "accents"), [(19, 19), (100, 1), (300, 3), (10_000, 100)])
def test_few_undecodable_records_are_rejected_one_by_one(tmp_path: Path, count: int, accents: int) -> None:
    assert refusal(tmp_path, "users/a.csv", people(count, accents)) is None
    with duckdb.connect(str(tmp_path / "novoed.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from raw._rejects").fetchone() == (accents,)
        assert connection.execute("select count(*) from raw.users").fetchone() == (count - accents,)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    text = refusal(tmp_path, "users/a.csv", (USERS + "1,7,Ann,x,a@b.example\n").encode(encoding))
    assert text is not None
    assert text.endswith("save it as CSV UTF-8")


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        ("user_id;institution_id;first_name\n", "it seems to be separated by semicolons: save it with commas"),
        ("user_id\tinstitution_id\tfirst_name\n", "it seems to be separated by tabs: save it with commas"),
        ("user_id|institution_id|first_name\n", "it seems to be separated by bars: save it with commas"),
        ("sep=;\nuser_id;institution_id\n", "its first line is a spreadsheet's `sep=`; save it with commas"),
        ("sep=,\nuser_id,institution_id\n", "its first line is a spreadsheet's `sep=`; save it with commas"),
    ],
)
def test_another_separator_is_refused(tmp_path: Path, header: str, advice: str) -> None:
    assert advice in (refusal(tmp_path, "users/a.csv", header.encode()) or "")


@pytest.mark.parametrize("holder", DATA_SETS)
def test_a_file_in_another_data_sets_folder_is_named(holder: str) -> None:
    """Where a folder's own key columns are among the columns, too: users have all that org roles need."""
    for name, data_set in DATA_SETS.items():
        if data_set.key and name != holder:
            stream = io.BytesIO((",".join(data_set.columns) + "\n").encode())
            with pytest.raises(FileRefused) as caught:
                read_header(stream, DATA_SETS[holder], 1 << 20)
            assert str(caught.value) == f"its header is that of {name}, not of {holder}; move the file to {name}/"


@pytest.mark.parametrize(
    ("data_set", "columns"),
    [
        ("user_org_roles", "user_id,institution_id,org_admin_role,email_address,first_name,last_name"),
        ("user_org_roles", "user_id,institution_id,updated_date,role"),
        ("question_set_responses", "user_id,institution_id,activity_id,activity_type,outcome_id,submitted,frage,wahl"),
        ("lecture_page_views", "user_id,lecture_page_id,visit_type,title,section_id,section_title"),
    ],
)
def test_columns_of_ones_own_beside_the_data_sets_are_no_other_data_set(data_set: str, columns: str) -> None:
    header, _ = read_header(io.BytesIO(f"{columns}\n".encode()), DATA_SETS[data_set], 1 << 20)
    assert header.columns == columns.split(",")


def test_too_many_unknown_columns_are_refused(tmp_path: Path) -> None:
    for count, is_refused in ((200, False), (201, True)):
        header = USERS.strip() + "".join(f",x{number}" for number in range(count)) + "\n"
        text = refusal(tmp_path / str(count), "users/a.csv", header.encode())
        assert (text is not None) == is_refused
        if text:
            assert text.startswith("its header has 201 columns that users does not know")


@pytest.mark.parametrize(
    "name",
    [
        *("a.xlsx", "a.XLS", "a.ods", "a.csv.zip", "a.zip", "a.zip.001", "a.csv.bz2", "a.csv.xz", "a.7z", "a.tar"),
        *("a.tar.gz", "a.gz", "a.tsv", "a.tab", "a.json", "a.jsonl", "a.ndjson", "a.parquet", "a.feather", "a.xml"),
        *("a.sqlite", "a.csv.1", "a.csv.lz4", "a.csv.Z", "a.csv.lzo", "a.csv.enc", "a.csv.old"),
    ],
)
@pytest.mark.parametrize("folder", ["users", "users/2026", "export", ""])
def test_data_in_a_form_that_is_not_read_is_told_with_what_to_do(tmp_path: Path, folder: str, name: str) -> None:
    path = tmp_path / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    found = walk_landing(tmp_path)
    assert not found.files
    assert not found.notes
    (told,) = found.unread
    assert f"{folder}/{name} is data in a form" in told if folder.startswith("users") else (folder or name) in told


@pytest.mark.parametrize(
    "name", ["readme.md", "a.csv.part", "a.csv.sha256", "LICENSE", "readme.txt", "a.log", "a.pdf", "a.png"]
)
def test_what_is_no_data_is_a_note(tmp_path: Path, name: str) -> None:
    path = tmp_path / "users" / name
    path.parent.mkdir()
    path.write_text("Files by Ann, with every deadline, target and title\n")
    found = walk_landing(tmp_path)
    assert not found.unread
    assert len(found.notes) == 1


@pytest.mark.parametrize("name", ["users", "users.txt"])
def test_a_table_in_a_text_file_is_data(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("﻿user_id\tinstitution_id\n")
    assert what_to_do(path) == "name it .csv if it is a CSV file"


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.gz", "name it .csv.gz or .csv.zst if it is a packed CSV file"),
        ("a.tar.gz", "unpack it and put the CSV file there"),
        ("a.parquet.zst", "write it as CSV in UTF-8, separated by commas"),
    ],
)
def test_the_advice_fits_what_is_packed(tmp_path: Path, name: str, advice: str) -> None:
    assert what_to_do(tmp_path / name) == advice
