"""Which files are unchanged is found out ahead, in threads: in order, not too far ahead, and over when the load is."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path
from typing import cast

import duckdb
import pytest

from loader.errors import FileRefused
from loader.landing.folder import LandedFile, walk_landing
from loader.warehouse.load import FileResult, load_files
from loader.warehouse.raw import FileRecord
from loader.warehouse.unchanged import answer, compared

HEADER = "user_id,institution_id\n"
HUGE = 64 << 30
"""Bytes of a file with nothing in it: half a minute's hashing at least."""


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    (tmp_path / "landing" / "users").mkdir(parents=True)
    return tmp_path / "landing"


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def put(landing: Path, count: int) -> list[LandedFile]:
    for number in range(count):
        (landing / "users" / f"{number:03}.csv").write_text(f"{HEADER}{number:03},1\n")
    return walk_landing(landing).files


def records(files: list[LandedFile]) -> dict[tuple[str, str], FileRecord]:
    return {
        (file.data_set, file.source_file): FileRecord(
            hashlib.sha256(file.path.read_bytes()).hexdigest(), file.path.stat().st_size, None, None
        )
        for file in files
    }


def test_answers_come_in_order_whatever_became_of_a_file(landing: Path) -> None:
    files = put(landing, 200)
    earlier = records(files)
    del earlier["users", "users/001.csv"]
    files[70].path.write_text(f"{HEADER}7O0,1\n")  # as long as before
    files[71].path.write_text(HEADER)
    files[72].path.unlink()
    files[73].path.unlink()
    files[73].path.mkdir()
    earlier["users", "users/073.csv"] = FileRecord("", files[73].path.stat().st_size, None, None)
    found: list[bool | str | None] = []
    with compared(files, earlier) as comparisons:
        for number, (file, is_unchanged) in enumerate(comparisons):
            assert file is files[number]
            try:
                found.append(answer(is_unchanged) if is_unchanged else None)
            except (FileRefused, OSError) as error:
                found.append(type(error).__name__)
    expected: list[bool | str | None] = [True] * 200
    expected[1] = None
    expected[70:74] = [False, False, "FileNotFoundError", "FileRefused"]
    assert found == expected


def test_no_more_is_read_ahead_than_keeps_the_threads_busy(landing: Path) -> None:
    files = put(landing, 200)
    with compared(files, records(files)) as comparisons:
        next(comparisons)
        for file in files:
            file.path.unlink()
        for number, (_, is_unchanged) in enumerate(comparisons, start=1):
            assert is_unchanged
            if number >= 100:
                with pytest.raises(FileNotFoundError):
                    answer(is_unchanged)


def test_who_waits_when_it_is_over_is_told_so(landing: Path) -> None:
    files = put(landing, 2)
    os.truncate(files[0].path, HUGE)
    earlier = records(files[1:]) | {("users", files[0].source_file): FileRecord("", HUGE, None, None)}
    with compared(files, earlier) as comparisons:
        _, is_unchanged = next(comparisons, (None, None))
    assert is_unchanged
    with pytest.raises(CancelledError):
        answer(is_unchanged)


def test_an_interrupt_does_not_wait_for_a_huge_file(landing: Path, tmp_path: Path) -> None:
    files, database = put(landing, 3), tmp_path / "novoed.duckdb"
    list(load_files(database, walk_landing(landing)))
    os.truncate(files[0].path, HUGE)
    with duckdb.connect(database) as connection:
        connection.execute("update raw._files set byte_count = ? where source_file = 'users/000.csv'", [HUGE])
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(load_files(database, walk_landing(landing)))
    assert time.monotonic() - started < 10


def test_a_load_that_nobody_follows_to_its_end_ends(
    landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loader.warehouse.load._TRANSACTION_FILES", 1)
    database = tmp_path / "novoed.duckdb"
    put(landing, 200)
    list(load_files(database, walk_landing(landing)))
    (landing / "users" / "000.csv").write_text(f"{HEADER}9999,1\n")
    (landing / "users" / "150.csv").write_text(f"{HEADER}9999,1\n")
    with closing(cast("Generator[FileResult]", load_files(database, walk_landing(landing)))) as results:
        assert not next(results).is_unchanged
    again = load_files(database, walk_landing(landing))
    assert [result.file.source_file for result in again if not result.is_unchanged] == ["users/150.csv"]
