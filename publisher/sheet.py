"""A table as a workbook of one sheet, written row by row: texts are texts, never formulas or links."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import xlsxwriter

from loader.errors import LoaderError
from loader.warehouse.database import quote

MOST_ROWS = 1_048_575
"""Rows of a sheet, the header not counted."""
_LONGEST_TEXT = 32_767
"""UTF-16 units in a cell."""
_LONGEST_NAME = 31
"""Characters of a sheet's name."""
_MOST_DIGITS = 15
"""Digits of a number that a spreadsheet keeps; of an id with more it would change the last ones."""
_FIRST_DATE = date(1900, 3, 1)
"""Before it spreadsheets disagree on what day a number is."""
_ROWS_AT_ONCE = 5_000

_WIDTHS = {"DATE": 11, "TIMESTAMP": 19, "BOOLEAN": 8, "VARCHAR": 24}
_KEPT = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP")
"""Types that a cell can have; decimals, too. All others are shown as texts."""

_Value = None | str | bool | int | float | Decimal | date
_Put = Callable[[int, int, _Value], None]


class SheetTooSmall(LoaderError):
    """The table does not fit on a sheet."""


def write_sheet(connection: duckdb.DuckDBPyConnection, relation: str, name: str, file: Path) -> int:
    """Writes the workbook and returns the number of rows. Raises SheetTooSmall."""
    (row_count,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    if row_count > MOST_ROWS:
        raise SheetTooSmall(f"{name} has {row_count:,} rows, a sheet takes {MOST_ROWS:,}.")
    columns = [(column, type_) for column, type_, *_ in connection.execute(f"describe {relation}").fetchall()]
    # Kept in memory are only the row under way and its texts.
    with xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(file.parent)}) as workbook:
        sheet = workbook.add_worksheet(name[:_LONGEST_NAME])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(row_count, 1), len(columns) - 1)
        put = _writer(workbook, sheet, name, [column for column, _ in columns])
        bold = workbook.add_format({"bold": True})
        for index, (column, type_) in enumerate(columns):
            sheet.set_column(index, index, max(_WIDTHS.get(type_, 10), len(column) + 3))
            sheet.write_string(0, index, column, bold)
        rows = connection.execute(f"select {', '.join(_selected(*column) for column in columns)} from {relation}")
        number = 0
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            for row in some:
                number += 1
                for index, value in enumerate(row):
                    put(number, index, value)
    return number


def _selected(column: str, type_: str) -> str:
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return f"{quote(column)} at time zone 'UTC'"
    return quote(column) if type_ in _KEPT or type_.startswith("DECIMAL") else f"cast({quote(column)} as varchar)"


def _writer(
    workbook: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, table: str, columns: list[str]
) -> _Put:
    """Puts a value into a cell, by its type. What a cell cannot hold exactly is a text."""
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def put(row: int, column: int, value: _Value) -> None:
        if value is None:
            return
        if isinstance(value, str):
            if len(value) > _LONGEST_TEXT // 2 and len(value.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
                raise SheetTooSmall(
                    f"{table} has a {columns[column]} of {len(value):,} characters, a cell takes {_LONGEST_TEXT:,}."
                )
            sheet.write_string(row, column, value)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float | Decimal):
            if _is_exact(value):
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, str(value))
        elif date(value.year, value.month, value.day) < _FIRST_DATE:
            sheet.write_string(row, column, value.isoformat())
        else:
            sheet.write_datetime(row, column, value, moment if isinstance(value, datetime) else day)

    return put


def _is_exact(value: int | float | Decimal) -> bool:
    """Whether a cell holds the number as it is; nan and the infinite are no numbers there."""
    if isinstance(value, int):
        return len(str(abs(value))) <= _MOST_DIGITS
    if isinstance(value, float):
        return math.isfinite(value)
    return len(value.normalize().as_tuple().digits) <= _MOST_DIGITS
