"""The database file stays as large as what it holds, and what it holds stays."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from loader.landing.folder import walk_landing
from loader.warehouse import compact as compact_module
from loader.warehouse.compact import compact
from loader.warehouse.load import load_files

HELD = """
    create schema reference; create schema marts; create schema audit;
    create table reference.build_record as select timestamp '2026-01-31 09:01:00' as finished_at, ['a'] as left_out;
    create table marts.fct_x (a integer not null, b varchar);
    insert into marts.fct_x values (3, 'it''s'), (1, null), (2, 'two');
    comment on table marts.fct_x is 'Grain: it''s one';
    comment on column marts.fct_x.a is 'An a';
    create view audit.of_x as select a from "novoed"."marts"."fct_x";
    comment on view audit.of_x is 'A view''s';
    comment on column audit.of_x.a is 'Its a';
"""
"""As dbt leaves it: views name the catalog, which DuckDB calls by the file's name."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """More than half of it is free: a table at its front was replaced, the rest lies behind."""
    path = tmp_path / "novoed.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create table large as select random() as a from range(1_000_000); checkpoint")
        connection.execute(HELD)
        connection.execute("checkpoint; drop table large; checkpoint")
    path.chmod(0o600)
    return path


def held(path: Path) -> list[object]:
    with duckdb.connect(path, read_only=True) as connection:
        return [
            connection.execute(query).fetchall()
            for query in (
                "from marts.fct_x",
                "from audit.of_x",
                "from reference.build_record",
                "select table_name, comment from duckdb_tables() order by all",
                "select view_name, comment, sql from duckdb_views() where not internal order by all",
                "select table_name, column_name, comment, data_type, is_nullable from duckdb_columns()"
                " where not internal order by all",
            )
        ]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_half_empty_is_written_anew_with_all_it_holds(database: Path) -> None:
    before, size = held(database), database.stat().st_size
    said = compact(database)
    after = database.stat().st_size
    assert said == (
        f"Compacted {database}, more than half of which was free: {size / 1048576:.1f} MiB → {after / 1048576:.1f} MiB."
    )
    assert after < size / 2
    assert held(database) == before
    assert before[0] == [(3, "it's"), (1, None), (2, "two")]
    assert database.stat().st_mode & 0o777 == 0o600
    assert names(database.parent) == ["novoed.duckdb"]
    assert compact(database) is None


def test_a_link_stays_one(database: Path, tmp_path: Path) -> None:
    link = tmp_path / "link" / "novoed.duckdb"
    link.parent.mkdir()
    link.symlink_to(database)
    before = held(database)
    assert str(compact(link)).startswith(f"Compacted {link}, ")
    assert link.is_symlink()
    assert held(database) == before


def test_what_a_killed_run_left_is_removed_even_where_nothing_is_to_do(database: Path) -> None:
    compact(database)
    for suffix in ("", ".wal"):
        database.with_name(f".novoed.duckdb.compacting{suffix}").write_bytes(b"half")
    assert compact(database) is None
    assert names(database.parent) == ["novoed.duckdb"]


def test_who_has_it_open_keeps_it_as_it_is(database: Path) -> None:
    """A reader in another process: DuckDB's own lock says so."""
    content = database.read_bytes()
    script = f"import duckdb; c = duckdb.connect({str(database)!r}, read_only=True); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdout
        reader.stdout.readline()
        said = str(compact(database))
        reader.communicate(b"\n")
    assert said.startswith(f"note: {database} is half empty and could not be compacted; nothing is lost: The database")
    assert f"in use by process {reader.pid}" in said
    assert database.read_bytes() == content
    assert names(database.parent) == ["novoed.duckdb"]


def fail_to_copy(*_: object) -> None:
    raise duckdb.IOException("IO Error: no space left")


def fail_to_sync(path: Path) -> None:
    raise OSError(28, "No space left on device", str(path))


@pytest.mark.parametrize(("step", "failure"), [("_copy", fail_to_copy), ("sync", fail_to_sync)])
def test_a_full_disk_leaves_the_file_as_it_was(
    database: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: Callable[..., None]
) -> None:
    content = database.read_bytes()
    monkeypatch.setattr(compact_module, step, failure)
    assert "nothing is lost" in str(compact(database)).splitlines()[0]
    assert database.read_bytes() == content
    assert names(database.parent) == ["novoed.duckdb"]


def reload(landing: Path, database: Path, course_count: int, turn: int) -> None:
    """Loads courses, which changed, and users, which did not: they lie behind what the courses leave free."""
    for name, key, row_count in (("courses", "course_id", course_count), ("users", "user_id", 10_000)):
        texts = (hashlib.sha256(b"%d %d" % (row, turn if name == "courses" else 0)) for row in range(row_count))
        rows = "".join(f"{row},{text.hexdigest()}\n" for row, text in enumerate(texts))
        (landing / name).mkdir(parents=True, exist_ok=True)
        (landing / name / "a.csv").write_text(f"{key},institution_id\n{rows}")
    assert not [result.refusal for result in load_files(database, walk_landing(landing)) if result.refusal]


def test_reloading_changed_files_does_not_make_it_grow(tmp_path: Path) -> None:
    reload(tmp_path / "landing", tmp_path / "fresh.duckdb", 10_000, turn=5)
    fresh = (tmp_path / "fresh.duckdb").stat().st_size
    database = tmp_path / "novoed.duckdb"
    reload(tmp_path / "landing", database, 300_000, turn=0)
    assert database.stat().st_size > 3 * fresh
    for turn in range(1, 6):
        reload(tmp_path / "landing", database, 10_000, turn)
        compact(database)
        assert database.stat().st_size <= 2 * fresh
    with duckdb.connect(database, read_only=True) as connection:
        assert connection.execute(
            "select count(*) from raw.courses union all select count(*) from raw.users"
        ).fetchall() == [(10_000,), (10_000,)]
