"""The analysts' file: what is in it, and that readers and failures never see half of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from hand_built import change, make_warehouse, query
from loader.errors import AlreadyRunning, DatabaseUnavailable, LoaderError, UsageError
from publisher import publish as publish_module
from publisher.history import kept_files
from publisher.publish import Published, publish
from publisher.rollback import put_back


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    make_warehouse(path)
    change(
        path,
        """
            create table staging.stg as select 7 as a;
            create table marts.fct_x as select 1 as a, 'it''s' as b union all select 2, null;
            comment on table marts.fct_x is 'Grain: it''s one';
            comment on column marts.fct_x.a is 'An a';
            create view marts.a_view as select * from warehouse.marts.fct_x;
            comment on view marts.a_view is 'Grain: a view''s';
            comment on column marts.a_view.b is 'A b';
            create view marts.b_view as select a, 'warehouse.marts.fct_x' as text from "warehouse"."marts"."a_view";
            create view audit.from_staging as select a from warehouse.staging.stg;
            create view audit.on_top as select a + 1 as a from warehouse.audit.from_staging;
            insert into audit.row_accounting values ('users', 'deleted', 3), ('users', 'superseded', 0);
            insert into audit.extraction_coverage by name select 'users' as data_set, 'gap' as kind;
        """,
    )
    return path


def shown(folder: Path) -> list[str]:
    """What a person sees in a folder."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_marts_and_audit_are_published_and_nothing_else(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "other-name.duckdb"
    published = publish(database, target)
    assert published.row_counts.items() >= {"a_view": 2, "b_view": 2, "fct_x": 2, "dim_users": 400}.items()
    tables = query(target, "select table_schema, table_name, table_type from information_schema.tables")
    assert {(schema, kind) for schema, _, kind in tables} == {("audit", "BASE TABLE"), ("marts", "BASE TABLE")}
    in_both = {(schema, name) for schema, name, _ in tables} & set(
        query(database, "select table_schema, table_name from information_schema.tables")
    )
    assert {("audit", "on_top"), ("audit", "row_accounting"), ("marts", "a_view"), ("marts", "fct_x")} <= in_both
    assert {(schema, name) for schema, name, _ in tables} - in_both == {
        ("audit", name) for name in ("publication", "published_changes", "scope_changes", "gate_findings")
    }
    assert query(target, "from marts.fct_x order by a") == [(1, "it's"), (2, None)]
    assert query(target, "from marts.b_view order by a") == [
        (1, "warehouse.marts.fct_x"), (2, "warehouse.marts.fct_x"),
    ]  # fmt: skip
    assert query(target, "from audit.on_top") == [(8,)]
    assert query(target, "select comment from duckdb_tables() where table_name = 'fct_x'") == [("Grain: it's one",)]
    comment = "select comment from duckdb_columns() where table_name = 'fct_x' and column_name = 'a'"
    assert query(target, comment) == [("An a",)]
    assert query(target, "select comment from duckdb_tables() where table_name = 'a_view'") == [("Grain: a view's",)]
    comment = "select comment from duckdb_columns() where table_name = 'a_view' and column_name = 'b'"
    assert query(target, comment) == [("A b",)]
    assert target.stat().st_mode & 0o777 == 0o600
    assert shown(target.parent) == ["other-name.duckdb"]


def test_a_view_is_published_as_a_table_that_works_under_any_name(database: Path, tmp_path: Path) -> None:
    publish(database, tmp_path / "out.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'out.duckdb'}' as someone_elses (read_only)")
        assert connection.execute("select count(*) from someone_elses.marts.b_view").fetchall() == [(2,)]


def test_older_versions_of_duckdb_read_what_is_published(database: Path, tmp_path: Path) -> None:
    publish(database, tmp_path / "out.duckdb")
    version = "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
    versions = [query(file, version) for file in (database, tmp_path / "out.duckdb")]
    assert versions == [[("v1.4.0+",)], [("v1.0.0+",)]]


def test_who_reads_the_old_file_is_not_disturbed(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    publish(database, target)
    script = (
        f"import duckdb; c = duckdb.connect({str(target)!r}, read_only=True); print('open', flush=True); input();"
        "print(c.execute('select count(*) from marts.fct_x').fetchone()[0])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout
        reader.stdout.readline()
        with duckdb.connect(database) as connection:
            connection.execute("delete from marts.fct_x")
        assert publish(database, target).row_counts["fct_x"] == 0
        assert reader.communicate("\n")[0].strip() == "2"
    assert query(target, "select count(*) from marts.fct_x") == [(0,)]


def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(database: Path, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    publish(database, share / "n.duckdb")
    with duckdb.connect(database) as connection:
        connection.execute("delete from marts.fct_x where a = 1")
    link = tmp_path / "here.duckdb"
    link.symlink_to("share/n.duckdb")
    assert publish(database, link).path == link
    assert link.readlink() == Path("share/n.duckdb")
    assert query(share / "n.duckdb", "select count(*) from marts.fct_x") == [(1,)]
    assert shown(tmp_path) == ["here.duckdb", "share", "warehouse.duckdb"]
    assert shown(share) == ["n.duckdb"]


def test_a_link_to_nothing_yet_is_filled(database: Path, tmp_path: Path) -> None:
    link = tmp_path / "here.duckdb"
    link.symlink_to(tmp_path / "later" / "n.duckdb")
    publish(database, link)
    assert link.is_symlink()
    assert query(tmp_path / "later" / "n.duckdb", "select count(*) from marts.fct_x") == [(2,)]


@pytest.mark.parametrize("failing", ["_describe", "copy_schemas", "install"])
def test_a_failed_run_leaves_the_published_file_as_it_was(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    target = tmp_path / "published" / "out.duckdb"
    publish(database, target)
    before = target.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device") if failing == "install" else duckdb.Error("planted")

    monkeypatch.setattr(publish_module, failing, fail)
    with pytest.raises(LoaderError, match=r"stayed as it was|stays as it was|stayed"):
        publish(database, target)
    assert target.read_bytes() == before
    assert shown(target.parent) == ["out.duckdb"]


def test_a_second_publish_to_the_same_file_stops(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.duckdb"
    describe = publish_module._describe

    def intrude(connection: duckdb.DuckDBPyConnection, to: Path) -> Published:
        with pytest.raises(AlreadyRunning, match=r"Another publish is at work on .*out\.duckdb .*wait for it to end"):
            publish(database, target)
        return describe(connection, to)

    monkeypatch.setattr(publish_module, "_describe", intrude)
    publish(database, target)
    assert query(target, "select count(*) from marts.fct_x") == [(2,)]


def test_what_a_killed_run_left_is_removed_and_a_stale_log_too(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "out[1].duckdb"
    (tmp_path / f".{target.name}.publishing-abc").mkdir()
    (tmp_path / f".{target.name}.publishing-abc" / target.name).write_text("half")
    (tmp_path / f"{target.name}.wal").write_text("stale")
    publish(database, target)
    assert shown(tmp_path) == ["out[1].duckdb", "warehouse.duckdb"]
    assert [path.name for path in tmp_path.iterdir() if "publishing" in path.name] == []
    assert query(target, "select count(*) from marts.fct_x") == [(2,)]


@pytest.mark.parametrize("step", ["judge", "copy_schemas", "write_changes", "set_mode", "install"])
def test_an_interrupt_leaves_nothing_half_done(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Ctrl+C comes as the step begins, while DuckDB is at work on a query where it asks one."""
    target = tmp_path / "published" / "out.duckdb"
    publish(database, target)
    content, names = target.read_bytes(), sorted(target.parent.iterdir())
    original = getattr(publish_module, step)

    def interrupted(*arguments: object, **options: object) -> object:
        # A clock of the system sends it, as a thread that is traced while a signal waits can spin (CPython 3.11).
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        if isinstance(arguments[0], duckdb.DuckDBPyConnection):
            arguments[0].execute("select sum(a.range * b.range) from range(1_000_000) as a, range(1_000_000) as b")
        time.sleep(5)
        return original(*arguments, **options)

    monkeypatch.setattr(publish_module, step, interrupted)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        publish(database, target)
    signal.signal(signal.SIGALRM, before)
    assert target.read_bytes() == content
    assert sorted(target.parent.iterdir()) == names
    monkeypatch.undo()
    publish(database, target)


def test_a_full_disk_is_named_as_the_cause_and_leaves_nothing_half_done(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "published" / "out.duckdb"
    publish(database, target)
    content, names = target.read_bytes(), sorted(target.parent.iterdir())
    change(database, "create table marts.fct_large as select random() as a from range(500_000)")
    script = (
        "import resource, sys; from novoed import cli;"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 21, 1 << 21)); cli.main()"
    )
    arguments = ["publish", "--database", str(database), "--to", str(target)]
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"novoed: {target} is not published, it stays as it was: ")
    assert done.stderr.endswith(". Check the space left, then publish again.\n")
    assert "File too large" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert target.read_bytes() == content
    assert sorted(target.parent.iterdir()) == names


def test_nothing_to_publish(tmp_path: Path) -> None:
    with pytest.raises(LoaderError, match=r"There is no database .*none\.duckdb to publish from"):
        publish(tmp_path / "none.duckdb", tmp_path / "out.duckdb")
    duckdb.connect(tmp_path / "empty.duckdb").close()
    with pytest.raises(LoaderError, match=r"There is no finished build to publish yet\. Run `dbt build`"):
        publish(tmp_path / "empty.duckdb", tmp_path / "out.duckdb")
    assert not (tmp_path / "out.duckdb").exists()


def test_targets_that_cannot_be_one(database: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is the database itself"):
        publish(database, tmp_path / "x" / ".." / database.name)
    with pytest.raises(UsageError, match="is a folder"):
        publish(database, tmp_path)
    with pytest.raises(UsageError, match=r"marts\.duckdb cannot be named like a schema in it"):
        publish(database, tmp_path / "marts.duckdb")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"lies in .*file, which is a file"):
        publish(database, tmp_path / "file" / "out.duckdb")
    with pytest.raises(UsageError, match="is not an ordinary file"):
        publish(database, Path("/dev/null"))
    for not_one in (tmp_path, Path("/dev/null")):
        with pytest.raises(UsageError, match=r"^The database "):
            publish(not_one, tmp_path / "out.duckdb")


def test_a_locked_database(database: Path, tmp_path: Path) -> None:
    script = f"import duckdb; c = duckdb.connect({str(database)!r}); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(DatabaseUnavailable, match=f"in use by process {holder.pid}"):
            publish(database, tmp_path / "out.duckdb")
        holder.communicate(b"\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("update reference.build_record set result = 'unfinished'", "2026-01-31 09:00 UTC did not come to its end"),
        (
            "update reference.build_record set result = 'failed', failed_nodes = ['a', 'b', 'c', 'd', 'e', 'f', 'g']",
            r"The last dbt build failed: a, b, c, d, e and 2 more\. Mend",
        ),
        ("update reference.build_record set result = 'partial', left_out = ['dim_x']", r"left out dim_x\. Run"),
        (
            "insert into raw._files by name select 'users' as data_set, timestamp '2026-01-31 09:30:00' as loaded_at",
            "changed since the last dbt build",
        ),
        ("update raw._files set loaded_at = timestamp '2026-01-31 09:30:00'", "changed since the last dbt build"),
        ("delete from raw._files", "changed since the last dbt build"),
    ],
)
def test_only_what_a_finished_build_made_is_published(
    database: Path, tmp_path: Path, change: str, message: str
) -> None:
    target = tmp_path / "out.duckdb"
    publish(database, target)
    before = target.read_bytes()
    with duckdb.connect(database) as connection:
        connection.execute(change)
    with pytest.raises(LoaderError, match=message):
        publish(database, target)
    assert target.read_bytes() == before
    assert shown(tmp_path) == ["out.duckdb", "warehouse.duckdb"]


def test_a_published_file_that_somebody_writes_in_is_replaced_all_the_same(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    publish(database, target)
    script = f"import duckdb; c = duckdb.connect({str(target)!r}); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        publish(database, target)
        writer.communicate(b"\n")
    assert query(target, "select count(*) from marts.fct_x") == [(2,)]


def test_a_file_of_another_kind_is_not_replaced(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    target.write_text("notes")
    with pytest.raises(LoaderError, match=r"cannot be read, so nothing could be compared with it"):
        publish(database, target)
    assert target.read_text() == "notes"


def test_the_mode_is_that_of_the_settings_and_a_new_folder_can_be_entered(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "share" / "out.duckdb"
    publish(database, target, mode=0o640)
    assert [path.stat().st_mode & 0o777 for path in (target, target.parent)] == [0o640, 0o750]


def test_a_rollback_goes_through_a_link_and_says_what_it_put_back(database: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "n.duckdb", tmp_path / "here.duckdb"
    link.symlink_to(target)
    publish(database, link)
    first = target.read_bytes()
    ((published_at,),) = query(target, "select published_at from audit.publication")
    publish(database, link)
    second = target.read_bytes()
    assert put_back(link, mode=0o640) == published_at
    assert target.read_bytes() == first
    assert target.stat().st_mode & 0o777 == 0o640
    put_back(link)
    assert target.read_bytes() == second
    assert link.is_symlink()
    assert shown(tmp_path) == ["here.duckdb", "n.duckdb", "warehouse.duckdb"]


def test_what_cannot_be_put_back_leaves_the_published_file(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    with pytest.raises(LoaderError, match="There is no file published before"):
        put_back(target)
    with pytest.raises(UsageError, match="is a folder"):
        put_back(tmp_path)
    publish(database, target)
    publish(database, target)
    published = target.read_bytes()
    (kept,) = kept_files(target)
    kept.write_text("damaged")
    with pytest.raises(LoaderError, match=r"cannot be read .*Remove it"):
        put_back(target)
    assert target.read_bytes() == published


def test_each_publication_is_on_record(database: Path, tmp_path: Path) -> None:
    """The first has data through the attempts of January 29, as enrollments reach January 31; the second has no gap."""
    target = tmp_path / "out.duckdb"
    with duckdb.connect(database) as connection:
        connection.execute(
            "update audit.freshness set newest_updated_at = case data_set when 'user_activities'"
            " then timestamp '2026-01-29 06:00:00' else timestamp '2026-01-31 06:00:00' end"
        )
    publish(database, target)
    with duckdb.connect(database) as connection:
        connection.execute("delete from audit.extraction_coverage")
        connection.execute(
            "update reference.build_record set project_version = '0.5.0',"
            " vars = json_merge_patch(vars, '{\"watch_threshold\": null}')"
        )
    publish(database, target)
    columns = "as_of, vars->>'watch_threshold', project_version, data_through, gap_count, accepted_reasons"
    as_of, through = datetime(2026, 1, 31, 9), datetime(2026, 1, 29, 6)
    assert query(target, f"select {columns} from audit.publication order by published_at desc") == [
        (as_of, None, "0.5.0", through, 0, ""),
        (as_of, "1.0", "0.4.0", through, 1, ""),
    ]


def test_the_newest_publication_is_this_one_also_where_the_clock_was_put_back(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    publish(database, target)
    with duckdb.connect(target) as connection:
        connection.execute("update audit.publication set published_at = timestamp '2199-01-01'")
    publish(database, target)
    assert query(target, "select max(published_at) from audit.publication") == [(datetime(2199, 1, 1, 0, 0, 0, 1),)]


def test_a_published_file_of_an_older_version_is_replaced_and_nothing_is_carried_along(
    database: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.duckdb"
    with duckdb.connect(target) as connection:
        connection.execute("create schema marts; create schema audit; create table marts.fct_x as select 1 as a")
        connection.execute(
            "create table audit.row_accounting as select 'users' as data_set, 'in_scope' as reason, 7 as n"
        )
        connection.execute("alter table audit.row_accounting rename n to row_count")
    publish(database, target)
    assert query(target, "select count(*) from audit.publication") == [(1,)]
    assert query(target, "select mart, before, after from audit.published_changes order by mart")[:2] == [
        ("a_view", None, 2), ("b_view", None, 2),
    ]  # fmt: skip
    changed = "select reason, before, after from audit.scope_changes where data_set = 'users' order by reason"
    assert query(target, changed) == [
        ("deleted", 0, 3), ("in_scope", 7, 400),
    ]  # fmt: skip


NAMES = "email, first_name, last_name, external_id, headline, bio"


def test_without_names_nothing_says_who_people_are(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.duckdb"
    with duckdb.connect(database) as connection:
        people = "select 7 as user_id, " + ", ".join(f"'Ada' as {name}" for name in NAMES.split(", "))
        connection.execute(f"create or replace table marts.dim_users as {people}")
        connection.execute("comment on column marts.dim_users.email is 'The address'")
        connection.execute("create table marts.fct_question_responses as select 7 as user_id, 'Ada' as response_text")
        connection.execute(
            "create table marts.dim_user_attributes as select 7 as user_id, 'nickname' as attribute, 'Ada' as value"
        )
        connection.execute("create table audit.duplicate_people as select 'email' as attribute, 'Ada' as value")
        connection.execute("insert into audit.cast_failures values ('users', 'created_date', 'Ada', false, 1)")
        connection.execute("create table marts.dim_course_attributes as select 'level' as attribute, 'two' as value")
    publish(database, target, without_names=True)
    assert query(target, "from marts.dim_users") == [(7, *[None] * 6)]
    assert query(target, "from marts.fct_question_responses") == [(7, None)]
    assert query(target, "from marts.dim_user_attributes") == [(7, "nickname", None)]
    assert query(target, "from audit.duplicate_people") == [("email", None)]
    assert query(target, "select data_set, value_text from audit.cast_failures") == [("users", None)]
    assert query(target, "from marts.dim_course_attributes") == [("level", "two")]
    assert query(target, "select typeof(email) from marts.dim_users") == [("VARCHAR",)]
    comment = "select comment from duckdb_columns() where table_name = 'dim_users' and column_name = 'email'"
    assert query(target, comment) == [("The address",)]
    assert b"Ada" not in target.read_bytes()
    publish(database, target)
    assert query(target, "from marts.dim_users") == [(7, *["Ada"] * 6)]
