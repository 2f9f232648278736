"""The one place that prints: lines, tables, complaints. Names of files and columns, never anything out of a row."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
if not console.is_terminal:
    console.width = 160  # tables in a log are not cut to the 80 columns of a screen that is not there


def say(line: str) -> None:
    """One plain line."""
    console.print(Text(_escaped(line)))


def complain(line: str) -> None:
    """One plain line on the error channel, after the program's name."""
    print(f"novoed: {_escaped(line)}", file=sys.stderr)


def _escaped(line: str) -> str:
    """What is not printable, as a file's name may have it, could steer a terminal."""
    return "".join(
        character if character.isprintable() or character == "\n" else ascii(character)[1:-1] for character in line
    )


def show(columns: Iterable[str | Column], rows: Iterable[Iterable[str]]) -> None:
    """A table without lines."""
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def number(title: str) -> Column:
    """A column of numbers."""
    return Column(title, justify="right")


def counted(count: int, noun: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def print_whatever_the_output_lacks() -> None:
    """Characters that the output cannot show (a pipe in the C locale, a name that is not UTF-8) are escaped."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
