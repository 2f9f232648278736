"""What `load` shows: progress on a terminal, a line per file, and a summary at the end."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from loader.landing.folder import LandedFile, Landing
from loader.warehouse.load import FileResult
from novoed.screen.console import console, counted, number, say, show


class LoadReport:
    """Follows a load, and knows in the end how it went."""

    def __init__(self, landing: Landing) -> None:
        self._results: dict[str, list[FileResult]] = defaultdict(list)
        self.unloaded = [f"not loaded: {line}" for line in landing.unread]
        """What lies there and was not loaded, each with its reason."""
        self.rejected_record_count = 0
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
        for line in self.unloaded:
            say(line)
        for line in landing.notes:
            say(f"note: {line}")

    @property
    def is_complete(self) -> bool:
        """Whether all that there is was loaded."""
        return not self.unloaded

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
            self.unloaded.append(f"refused: {name}: {result.refusal}")
            say(self.unloaded[-1])
        elif not result.is_unchanged:
            line = f"loaded: {name}: {counted(result.landed_row_count, 'row')}"
            if result.rejected_row_count:
                self.rejected_record_count += result.rejected_row_count
                reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(result.reject_reasons.items()))
                line += f", {result.rejected_row_count:,} rejected ({reasons})"
            if result.new_columns:
                line += f"; new columns: {', '.join(result.new_columns)}"
            say(line)

    def summarize(self) -> None:
        """The closing table, and where to find what was rejected."""
        if not self._results:
            say("There are no CSV files to load.")
            return
        titles = ("files loaded", "unchanged", "refused", "rows landed", "rejected")
        show(
            ("data set", *map(number, titles)),
            ((data_set, *_counts(results)) for data_set, results in self._results.items()),
        )
        reasons: Counter[str] = Counter()
        files = 0
        for result in (result for results in self._results.values() for result in results if result.reject_reasons):
            reasons.update(result.reject_reasons)
            files += 1
        if reasons:
            kinds = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common())
            say(f"{counted(reasons.total(), 'record')} in {files:,} file(s) rejected: {kinds}.")
            say("Their text and row numbers: select * from raw._rejects")


def _counts(results: list[FileResult]) -> list[str]:
    counts = (
        sum(not result.refusal and not result.is_unchanged for result in results),
        sum(result.is_unchanged for result in results),
        sum(bool(result.refusal) for result in results),
        sum(result.landed_row_count for result in results),
        sum(result.rejected_row_count for result in results),
    )
    return [f"{count:,}" for count in counts]
