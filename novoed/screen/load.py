"""What the commands say: progress on a terminal, plain lines elsewhere, and a summary at the end.

File names and column names are shown, never anything out of a row.
"""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from loader.landing.folder import LandedFile, Landing
from loader.warehouse.load import FileResult
from publisher.published_file import Published

console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
if not console.is_terminal:
    console.width = 160  # tables in a log are not cut to the 80 columns of a screen that is not there


def say(line: str) -> None:
    """One plain line."""
    console.print(Text(line))


class LoadReport:
    """Follows a load; `is_clean` tells in the end whether everything that is there was loaded."""

    def __init__(self, landing: Landing) -> None:
        self._results: dict[str, list[FileResult]] = defaultdict(list)
        self.is_clean = not landing.unread
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._progress.add_task("reading", total=None)
        for line in landing.unread:
            say(f"not loaded: {line}")
        for line in landing.notes:
            say(f"note: {line}")

    def __enter__(self) -> LoadReport:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, file: LandedFile, byte_count: int) -> None:
        """`byte_count` more bytes of the file were read."""
        task = self._progress.tasks[0]
        if task.description != file.source_file:
            self._progress.reset(self._task, description=file.source_file, total=file.path.stat().st_size)
        self._progress.advance(self._task, byte_count)

    def add(self, result: FileResult) -> None:
        """A file is done."""
        self._results[result.file.data_set].append(result)
        name = result.file.source_file
        if result.refusal:
            self.is_clean = False
            say(f"refused: {name}: {result.refusal}")
        elif not result.is_unchanged:
            line = f"loaded: {name}: {_rows(result.landed_row_count)}"
            if result.rejected_row_count:
                self.is_clean = False
                reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(result.reject_reasons.items()))
                line += f", {result.rejected_row_count:,} rejected ({reasons})"
            if result.new_columns:
                line += f"; new columns: {', '.join(result.new_columns)}"
            say(line)

    def summarize(self) -> None:
        """The closing table, and where to find what was rejected."""
        table = Table("data set", box=None, pad_edge=False)
        for title in ("files loaded", "unchanged", "refused", "rows landed", "rejected"):
            table.add_column(title, justify="right")
        for data_set, results in self._results.items():
            counts = (
                sum(not result.refusal and not result.is_unchanged for result in results),
                sum(result.is_unchanged for result in results),
                sum(bool(result.refusal) for result in results),
                sum(result.landed_row_count for result in results),
                sum(result.rejected_row_count for result in results),
            )
            table.add_row(data_set, *(f"{count:,}" for count in counts))
        if not self._results:
            say("There are no CSV files to load.")
            return
        console.print(table)
        reasons: Counter[str] = Counter()
        files = 0
        for result in (result for results in self._results.values() for result in results if result.reject_reasons):
            reasons.update(result.reject_reasons)
            files += 1
        if reasons:
            kinds = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common())
            say(f"{_records(reasons.total())} in {files:,} file(s) rejected: {kinds}.")
            say("Their text and row numbers: select * from raw._rejects")


def report_published(published: Published) -> None:
    """Rows by mart, what is left out and why, where the file is and what to try with it."""
    console.print(_table(("mart", "rows"), ((name, f"{count:,}") for name, count in published.row_counts.items())))
    if published.left_out:
        say("")
        console.print(
            _table(
                ("left out of", "because", "rows"),
                ((data_set, reason, f"{count:,}") for data_set, reason, count in published.left_out),
            )
        )
    say("")
    say(f"Published: {published.path}")
    marts = list(published.row_counts)
    if marts:
        mart = next((name for name in marts if name == "fct_course_completions"), marts[0])
        say(f"""Try: duckdb -readonly {shlex.quote(str(published.path))} "from marts.{mart} limit 10" """.rstrip())


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, justify="right" if title == "rows" else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _records(count: int) -> str:
    return f"{count:,} record" if count == 1 else f"{count:,} records"
