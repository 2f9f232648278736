"""The tables: what was published, and how things stand per data set."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rich.table import Column

from loader.warehouse.parquet import RawExport
from loader.warehouse.status import DataSetStatus, IntervalStatus
from novoed.screen.console import complain, counted, number, say, show
from publisher.export import Exported
from publisher.publish import Published


def show_published(published: Published) -> None:
    """Where the file is, how much it holds and what to try with it."""
    marts = list(published.row_counts)
    say(f"Published: {published.path} ({counted(len(marts), 'mart')}; `show all tables` lists them)")
    if marts:
        mart = next((name for name in marts if name == "fct_course_completions"), marts[0])
        say(f"""Try: duckdb -readonly {shlex.quote(str(published.path))} "from marts.{mart} limit 10" """.rstrip())


def show_put_back(path: Path, published_at: datetime | None) -> None:
    """What is published after a rollback, and what follows from it."""
    when = f"what was published at {published_at:%Y-%m-%d %H:%M} UTC" if published_at else "what was published before"
    say(f"Put back: {path} holds {when}.")
    say("The same command again undoes it. Nothing is published over it without --accept rolled_back.")


def show_exported(exported: Iterable[Exported]) -> list[Exported]:
    """A line per file as it is done; returns all of them."""
    done = []
    for found in exported:
        done.append(found)
        if found.failure is None:
            say(f"exported: {found.file}: {counted(found.row_count, 'row')}")
        else:
            complain(f"not exported: {found.failure}")
    return done


def show_raw_export(to: Path, done: RawExport) -> None:
    """What an export of schema raw changed in its folder."""
    if not done.written_file_count and not done.removed_file_count:
        say(f"{to} holds all of schema raw already; nothing was written")
        return
    rows = counted(sum(done.row_counts.values()), "row")
    removed = (
        f"; {counted(done.removed_file_count, 'file')} of replaced rows removed" if done.removed_file_count else ""
    )
    say(f"exported to {to}: {rows} in {counted(done.written_file_count, 'new file')}{removed}")


def show_status(status: dict[str, DataSetStatus]) -> None:
    """A row per data set; intervals and gaps one per line."""
    moments = [Column(title, overflow="fold") for title in ("covered (UTC)", "gaps (UTC)", "last load (UTC)")]
    columns = [
        Column("data set", min_width=max(map(len, status))),
        number("files"),
        number("rows"),
        number("rejects"),
        *moments,
    ]
    show(
        columns,
        (
            (
                name,
                f"{data['files']:,}",
                f"{data['rows']:,}",
                f"{data['rejects']:,}",
                _lines(data["covered"]),
                _lines(data["gaps"]),
                (data["last_load"] or "never")[:19],
            )
            for name, data in status.items()
        ),
    )


def _lines(intervals: list[IntervalStatus]) -> str:
    return "\n".join(f"{i['after'][:19]} to {i['until'][:19]}" for i in intervals) or "-"
