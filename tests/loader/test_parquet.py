"""Schema raw as folders of Parquet files: the same rows and columns, what is new alone, all or nothing."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from loader.disk import locked
from loader.errors import AlreadyRunning, LoaderError, UsageError
from loader.landing.folder import walk_landing
from loader.warehouse import parquet
from loader.warehouse.database import open_database
from loader.warehouse.load import load_files
from loader.warehouse.parquet import export_raw

HEADER = "user_id,institution_id,email_address\n"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Landing, database, export."""
    return tmp_path / "landing", tmp_path / "novoed.duckdb", tmp_path / "out" / "raw"


def load(landing: Path, database: Path, **files: str) -> None:
    """Writes `<name>.csv` of users and loads what is new."""
    (landing / "users").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (landing / "users" / f"{name}.csv").write_text(text, encoding="utf-8")
    assert list(load_files(database, walk_landing(landing)))


def state(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*.*")}


def agree(database: Path, folder: Path) -> bool:
    """Whether every table of raw and its folder hold the same columns and rows, and the manifest the files."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*.parquet"))
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"] == files
    with open_database(database, read_only=True) as connection:
        tables = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        assert len(tables) == 16
        for table in tables:
            there = f"read_parquet('{folder}/{table}/*.parquet', union_by_name = true)"
            here = f"(select * from raw.{table})"
            described = [
                {name: type_ for name, type_, *_ in connection.execute(f"describe {rows}").fetchall()}
                for rows in (f"select * from {here}", f"select * from {there}")
            ]
            assert described[0] == described[1], table
            columns = ", ".join(f'"{name}"' for name in described[0])
            for one, other in ((here, there), (there, here)):
                found = connection.execute(f"select {columns} from {one} except all select {columns} from {other}")
                if found.fetchall():
                    return False
    return True


def test_only_what_is_new_is_written(folders: tuple[Path, Path, Path]) -> None:
    landing, database, folder = folders
    load(landing, database, a=HEADER + "1,1, ä@x.com \n2,1,\n3,1\n")
    done = export_raw(database, folder)
    assert done.written_file_count == 16
    assert agree(database, folder)
    before = state(folder)
    done = export_raw(database, folder)
    assert (done.written_file_count, done.removed_file_count) == (0, 0)
    assert state(folder) == before

    load(landing, database, b="user_id,institution_id,shoe_size\n4,1,42\n")
    done = export_raw(database, folder)
    assert [path.partition("/")[0] for path in done.row_counts] == ["_files", "users"]
    after = state(folder)
    assert agree(database, folder)
    kept = {path for path in before if path in after and path != "manifest.json"}
    assert len(kept) == 15  # raw._files is written anew
    assert all(after[path] == before[path] for path in kept)


def test_rows_of_a_replaced_file_are_gone(folders: tuple[Path, Path, Path]) -> None:
    landing, database, folder = folders
    load(landing, database, a=HEADER + "1,1,a@x.com\n", b=HEADER + "2,1,b@x.com\n")
    export_raw(database, folder)
    load(landing, database, a=HEADER + "1,1,new@x.com\n")
    done = export_raw(database, folder)
    # what is left of the first run, the second run, the list of files
    assert sorted(done.row_counts.values()) == [1, 1, 2]
    assert done.removed_file_count == 2
    assert agree(database, folder)


def test_the_first_rows_of_a_data_set_take_the_place_of_none(folders: tuple[Path, Path, Path]) -> None:
    landing, database, folder = folders
    load(landing, database, a=HEADER)
    export_raw(database, folder)
    assert [path.name.startswith("no-rows-") for path in (folder / "users").iterdir()] == [True]
    load(landing, database, b=HEADER + "1,1,a@x.com\n")
    export_raw(database, folder)
    assert len(list((folder / "users").iterdir())) == 1
    assert agree(database, folder)


@pytest.mark.parametrize("moment", range(8))
def test_a_killed_export_changes_nothing_or_says_so_and_goes_on(
    folders: tuple[Path, Path, Path], moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing, database, folder = folders
    load(landing, database, a=HEADER + "1,1,a@x.com\n")
    export_raw(database, folder)
    before = state(folder)
    load(landing, database, a=HEADER + "2,1,b@x.com\n", b=HEADER + "3,1,c@x.com\n")
    steps = 0

    def die(_path: Path) -> None:
        nonlocal steps
        steps += 1
        if steps > moment:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(parquet, "sync", die)
        export_raw(database, folder)
    if (folder / "manifest.json").exists():
        assert state(folder) == before or agree(database, folder)
    export_raw(database, folder)
    assert agree(database, folder)


def test_files_are_their_owners_alone(folders: tuple[Path, Path, Path]) -> None:
    landing, database, folder = folders
    load(landing, database, a=HEADER + "1,1,a@x.com\n")
    export_raw(database, folder)
    assert {path.stat().st_mode & 0o077 for path in folder.rglob("*")} == {0}


def test_what_cannot_be_exported_is_said(folders: tuple[Path, Path, Path], tmp_path: Path) -> None:
    landing, database, folder = folders
    with pytest.raises(LoaderError, match=r"There is no database .*novoed\.duckdb to export from\. Run `novoed load`"):
        export_raw(database, folder)
    duckdb.connect(str(database)).close()
    with pytest.raises(LoaderError, match="There is nothing to export yet"):
        export_raw(database, folder)
    load(landing, database, a=HEADER + "1,1,a@x.com\n")
    with pytest.raises(UsageError, match="is not a folder"):
        export_raw(database, database)
    with pytest.raises(UsageError, match=r"holds something else already \(landing\)"):
        export_raw(database, tmp_path)
    for name in ("_notes.txt", "_notes/a.txt", "users/users.csv", "notes"):
        stranger = tmp_path / name.partition(".")[0].replace("/", "-") / name
        stranger.parent.mkdir(parents=True)
        stranger.touch()
        with pytest.raises(UsageError, match=rf"holds something else already \({name}\)"):
            export_raw(database, stranger.parents[name.count("/")])
    lock = folder.with_name(".raw.lock")
    with locked(lock, "x"), pytest.raises(AlreadyRunning, match="Another export is at work on"):
        export_raw(database, folder)
