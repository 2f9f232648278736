"""The organization's own attributes of people and of courses, loaded as the platform's data sets are."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest

from loader.catalog import ATTRIBUTE_SETS, DATA_SETS, pick, pick_landed
from loader.errors import FileRefused, UsageError
from loader.landing.folder import walk_landing
from loader.landing.header import read_header
from loader.warehouse.load import FileResult, load_files
from loader.warehouse.status import read_status


def put(folder: Path, name: str, text: str) -> None:
    path = folder / "landing" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def load(folder: Path) -> dict[str, FileResult]:
    results = load_files(folder / "novoed.duckdb", walk_landing(folder / "landing"))
    return {result.file.source_file: result for result in results}


def query(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "novoed.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def refusal(attribute_set: str, header: str) -> str | None:
    try:
        read_header(io.BytesIO(f"{header}\n".encode()), ATTRIBUTE_SETS[attribute_set], 1 << 20)
    except FileRefused as refused:
        return str(refused)
    return None


def test_any_columns_land_beside_those_that_tell_whose_they_are(tmp_path: Path) -> None:
    put(tmp_path, "user_attributes/hr/a.csv", "External ID,Cost Center,value\nE1,4711,x\nE2\nE3,,y\n")
    put(tmp_path, "user_attributes/b.csv", "email_address,cost_center\nann@x.example,12\n")
    put(tmp_path, "course_attributes/c.csv", "catalog_id,program\nLEAD-1,Leadership\n")
    results = load(tmp_path)
    assert results["user_attributes/b.csv"].new_columns == ["cost_center"]
    assert results["user_attributes/hr/a.csv"].new_columns == ["value"]
    assert results["user_attributes/hr/a.csv"].rejected_row_count == 1
    assert query(tmp_path, "select external_id, email_address, cost_center, value, _source_row"
                           " from raw.user_attributes order by all") == [
        ("E1", None, "4711", "x", 1),
        ("E3", None, None, "y", 3),
        (None, "ann@x.example", "12", None, 1),
    ]  # fmt: skip
    assert query(tmp_path, "select course_id, catalog_id, institution_id, program from raw.course_attributes") == [
        (None, "LEAD-1", None, "Leadership")
    ]
    assert query(tmp_path, "select data_set, row_count, rejected_row_count, header from raw._files order by all") == [
        ("course_attributes", 1, 0, ["catalog_id", "program"]),
        ("user_attributes", 1, 0, ["email_address", "cost_center"]),
        ("user_attributes", 3, 1, ["external_id", "cost_center", "value"]),
    ]


def test_a_file_replaces_its_own_rows(tmp_path: Path) -> None:
    for department in ("Sales", "IT"):
        put(tmp_path, "user_attributes/a.csv", f"external_id,department\nE1,{department}\n")
        load(tmp_path)
    assert query(tmp_path, "select department from raw.user_attributes") == [("IT",)]


@pytest.mark.parametrize(
    ("attribute_set", "header", "said"),
    [
        ("user_attributes", "user_id,department", "no key column of user_attributes, neither external_id nor"),
        ("course_attributes", "title,program", "no key column of course_attributes, neither course_id nor catalog_id"),
        ("user_attributes", "external_id;department", "separated by semicolons: save it with commas"),
        ("user_attributes", "external_id,a,A", "names two columns the same: 'a'"),
        ("user_attributes", "external_id,_source_row", "a column that the loader adds itself: _source_row"),
        ("user_attributes", ",".join(DATA_SETS["users"].columns), "that of users, not of user_attributes"),
        ("course_attributes", ",".join(DATA_SETS["courses"].columns), "that of courses, not of course_attributes"),
    ],
)
def test_what_is_no_file_of_attributes_is_refused(attribute_set: str, header: str, said: str) -> None:
    assert said in (refusal(attribute_set, header) or "")


def test_a_data_set_with_an_attribute_beside_it_is_a_file_of_attributes() -> None:
    assert refusal("user_attributes", ",".join([*DATA_SETS["users"].columns, "department"])) is None
    assert refusal("course_attributes", ",".join([*DATA_SETS["courses"].columns, "program"])) is None
    assert refusal("user_attributes", ",".join([*DATA_SETS["user_org_roles"].columns, "external_id", "team"])) is None


@pytest.mark.parametrize(
    ("attribute_set", "header"),
    [
        ("user_attributes", "user_id,institution_id,first_name,last_name,email_address,external_id,job,headline,bio"),
        ("user_attributes", "email_address"),
        ("course_attributes", "course_id,institution_id,title,start_date,end_date,duration,record_deleted"),
    ],
)
def test_an_attribute_may_be_called_like_a_column_of_the_platform(attribute_set: str, header: str) -> None:
    assert refusal(attribute_set, header) is None


@pytest.mark.parametrize(("count", "said"), [(200, None), (201, "its header has 201 attributes, more than 200; leave")])
def test_at_most_two_hundred_attributes(count: int, said: str | None) -> None:
    header = ",".join(["external_id", "institution_id", *(f"a{number}" for number in range(count))])
    assert (refusal("user_attributes", header) or "None").startswith(said or "None")


def test_they_are_loaded_by_name_and_never_fetched() -> None:
    assert pick_landed(["user_attributes", "users", "users"]) == ["user_attributes", "users"]
    assert pick_landed([]) == [*DATA_SETS, *ATTRIBUTE_SETS]
    with pytest.raises(UsageError, match="The platform does not have user_attributes: put CSV files of your own"):
        pick(["users", "user_attributes"])
    with pytest.raises(UsageError, match=r"There is no data set user; there are users, .*, course_attributes$"):
        pick_landed(["user"])


def test_status_speaks_of_them_where_files_were_loaded(tmp_path: Path) -> None:
    put(tmp_path, "user_attributes/a.csv", "external_id,department\nE1,Sales\n")
    load(tmp_path)
    status = read_status(tmp_path / "landing", tmp_path / "novoed.duckdb")
    assert list(status) == [*DATA_SETS, "user_attributes"]
    told = status["user_attributes"]
    assert (told["files"], told["rows"], told["rejects"], told["covered"], told["gaps"]) == (1, 1, 0, [], [])
    assert told["last_load"] is not None


def test_attributes_alone_are_no_data(tmp_path: Path) -> None:
    put(tmp_path, "user_attributes/a.csv", "external_id,department\nE1,Sales\n")
    assert walk_landing(tmp_path / "landing").has_attributes_alone
    put(tmp_path, "users/a.csv", "user_id,institution_id\n1,1\n")
    assert not walk_landing(tmp_path / "landing").has_attributes_alone
    assert not walk_landing(tmp_path / "nowhere").has_attributes_alone
