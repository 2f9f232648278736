"""The marts as files: what each kind keeps, what a spreadsheet must not run, and what is told instead of cut."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from hand_built import change
from loader.errors import LoaderError, UsageError
from publisher import sheet
from publisher.export import Exported, Format, export

FORMULAS = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1"]  # noqa: RUF001
HARMLESS = ["1-1", "a=b", " =1", "", "it's", 'say "so", twice', "two\nlines", "_x0041_", "\x01"]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "novoed.duckdb"
    change(
        path,
        """
            create schema marts;
            create schema audit;
            create table audit.freshness (data_set varchar);
            create table marts.dim_kinds as
                select 9007199254740993 as id, 999999999999999 as short_id, -7 as change, 0.25::double as ratio,
                    12345678901234567.89::decimal(20, 2) as points, 1.5::decimal(4, 1) as mean, true as is_open,
                    date '2026-02-03' as day_on, timestamp '2026-02-03 04:05:06.789' as seen_at,
                    timestamptz '2026-02-03 04:05:06+02:00' as zoned_at, 'x' as text, [1, 2] as list,
                    timestamp '0099-01-01 00:00:00' as long_ago_at, 'nan'::double as nothing
                union all select 1, null, null, null, null, null, null, null, null, null, null, null, null, null;
            create table marts.dim_texts (text varchar);
            create table marts.fct_empty (id bigint, text varchar);
            create table marts.fct_numbers as select range as id from range(10);
        """,
    )
    with duckdb.connect(path) as connection:
        connection.executemany("insert into marts.dim_texts values (?)", [[text] for text in FORMULAS + HARMLESS])
    return path


def exported(published: Path, to: Path, format_: Format, *marts: str) -> dict[str, Exported]:
    return {found.table: found for found in export(published, to, format_, marts)}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def cells(file: Path) -> list[tuple[object, ...]]:
    """The rows of a workbook, the header among them."""
    (found,) = openpyxl.load_workbook(file).worksheets
    assert found.title == file.stem[:31]
    return [tuple(cell.value for cell in row) for row in found.iter_rows()]


@pytest.mark.parametrize("format_", Format)
def test_a_private_file_per_mart_and_nothing_else(published: Path, tmp_path: Path, format_: Format) -> None:
    to = tmp_path / "new" / "out"
    found = exported(published, to, format_)
    names = ["dim_kinds", "dim_texts", "fct_empty", "fct_numbers"]
    assert {table: one.row_count for table, one in found.items()} == dict(zip(names, (2, 17, 0, 10), strict=True))
    assert [one.file for one in found.values()] == [to / f"{name}.{format_}" for name in names]
    assert names_in(to) == [f"{name}.{format_}" for name in names]
    assert {stat.S_IMODE(path.stat().st_mode) for path in to.iterdir()} == {0o600}


def test_parquet_keeps_every_type_and_value(published: Path, tmp_path: Path) -> None:
    exported(published, tmp_path / "out", Format.PARQUET)
    with duckdb.connect(published, read_only=True) as connection:
        for table in ("dim_kinds", "dim_texts", "fct_empty"):
            file = f"'{tmp_path / 'out' / table}.parquet'"
            types = "select column_name, column_type from (describe from {})"
            assert (
                connection.execute(types.format(file)).fetchall()
                == connection.execute(types.format(f"marts.{table}")).fetchall()
            )
            assert connection.execute(f"from {file} except all from marts.{table}").fetchall() == []
            assert connection.execute(f"from marts.{table} except all from {file}").fetchall() == []


def test_a_csv_has_an_apostrophe_before_what_a_spreadsheet_would_run(published: Path, tmp_path: Path) -> None:
    exported(published, tmp_path / "out", Format.CSV)
    with (tmp_path / "out/dim_texts.csv").open(newline="", encoding="utf-8") as file:
        found = [row["text"] for row in csv.DictReader(file)]
    assert found == [f"'{text}" for text in FORMULAS] + HARMLESS
    header, filled, empty = (tmp_path / "out/dim_kinds.csv").read_text().splitlines()
    assert header.startswith("id,short_id,change,")
    assert filled.startswith("9007199254740993,999999999999999,-7,0.25,12345678901234567.89,1.5,true,2026-02-03,")
    assert "2026-02-03 04:05:06.789," in filled
    assert empty == "1" + 13 * ","
    assert '""' in (tmp_path / "out/dim_texts.csv").read_text().splitlines(), "an empty text is not NULL"


def test_a_sheet_holds_types_and_texts_and_no_formula(published: Path, tmp_path: Path) -> None:
    exported(published, tmp_path / "out", Format.XLSX)
    header, filled, empty = cells(tmp_path / "out/dim_kinds.xlsx")
    assert dict(zip(header, filled, strict=True)) == {
        "id": "9007199254740993",
        "short_id": 999999999999999,
        "change": -7,
        "ratio": 0.25,
        "points": "12345678901234567.89",
        "mean": 1.5,
        "is_open": True,
        "day_on": datetime(2026, 2, 3),
        "seen_at": datetime(2026, 2, 3, 4, 5, 6, 789_000),
        "zoned_at": datetime(2026, 2, 3, 2, 5, 6),
        "text": "x",
        "list": "[1, 2]",
        "long_ago_at": "0099-01-01T00:00:00",
        "nothing": "nan",
    }
    assert empty == (1, *13 * [None])
    (texts,) = openpyxl.load_workbook(tmp_path / "out/dim_texts.xlsx").worksheets
    column = [row[0] for row in texts.iter_rows(min_row=2)]
    assert {cell.data_type for cell in column if cell.value is not None} == {"s", "inlineStr"} & {
        cell.data_type for cell in column
    }
    shown = [openpyxl.utils.escape.unescape(cell.value or "") for cell in column]
    assert shown == [*FORMULAS, *HARMLESS]
    assert not [cell for cell in column if cell.hyperlink]


def test_what_does_not_fit_on_a_sheet_is_told_and_the_others_are_written(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "out"
    exported(published, to, Format.XLSX, "fct_numbers")
    earlier = (to / "fct_numbers.xlsx").read_bytes()
    monkeypatch.setattr(sheet, "MOST_ROWS", 9)
    change(published, "insert into marts.fct_empty values (1, repeat('é', 32768))")
    found = exported(published, to, Format.XLSX, "fct_numbers", "dim_kinds", "fct_empty")
    assert found["fct_numbers"].failure == (
        "fct_numbers has 10 rows, a sheet takes 9. Export it with --format parquet or csv."
        f" {to / 'fct_numbers.xlsx'} is still that of an earlier export."
    )
    assert found["fct_empty"].failure == (
        "fct_empty has a text of 32,768 characters, a cell takes 32,767. Export it with --format parquet or csv."
    )
    assert found["dim_kinds"].failure is None
    assert names_in(to) == ["dim_kinds.xlsx", "fct_numbers.xlsx"]
    assert (to / "fct_numbers.xlsx").read_bytes() == earlier


def test_a_sheet_takes_1048575_rows_and_a_header() -> None:
    assert sheet.MOST_ROWS == 2**20 - 1


def test_an_unknown_mart_is_wrong_usage_and_nothing_is_touched(published: Path, tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"There is no mart fct_number\. Did you mean fct_numbers\? All of them: dim_k"
    ):
        exported(published, tmp_path / "out", Format.CSV, "dim_kinds", "fct_number")
    assert not (tmp_path / "out").exists()


def test_what_stands_in_the_way_is_named(published: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder; give another one"):
        exported(published, published, Format.CSV)
    with pytest.raises(LoaderError, match=r"There is no published file .*nothing\.duckdb yet\. Run `make`"):
        exported(tmp_path / "nothing.duckdb", tmp_path / "out", Format.CSV)
    (tmp_path / "text.duckdb").write_text("no database " * 100)
    with pytest.raises(LoaderError, match=r"text\.duckdb cannot be read: .* Publish it again\."):
        exported(tmp_path / "text.duckdb", tmp_path / "out", Format.CSV)
    change(published, "drop schema marts cascade")
    with pytest.raises(LoaderError, match="The published file has no marts"):
        exported(published, tmp_path / "out", Format.CSV)
    change(published, "create schema marts; create table marts.fct_a as select 1 as a")
    with pytest.raises(LoaderError, match=r"/proc/out cannot be written: .*Check who owns the folder"):
        exported(published, Path("/proc/out"), Format.CSV)


def test_an_earlier_file_stays_whole_until_the_new_one_is(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "out"
    exported(published, to, Format.PARQUET)
    before = {path.name: path.read_bytes() for path in to.iterdir()}

    def break_off(*_: object) -> Iterator[None]:
        raise KeyboardInterrupt

    monkeypatch.setattr("publisher.export.sync", break_off)
    with pytest.raises(KeyboardInterrupt):
        exported(published, to, Format.PARQUET)
    assert {path.name: path.read_bytes() for path in to.iterdir()} == before
