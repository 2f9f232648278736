"""The published file and those before it: whole at every moment, kept, and put back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from loader.errors import LoaderError
from publisher import history
from publisher.history import file_before, install, is_rolled_back, kept_files, make_folder, roll_back, set_mode


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "novoed.duckdb"


def folder_beside(target: Path) -> Path:
    folder = target.with_name(".making")
    folder.mkdir(exist_ok=True)
    return folder


def put(target: Path, text: str, keep: int = 3) -> None:
    """Publishes a file that holds `text`."""
    draft = folder_beside(target) / target.name
    draft.write_text(text)
    install(draft, target, keep)


def back(target: Path) -> None:
    roll_back(target, 0o600, folder_beside(target))


def texts(target: Path) -> list[str]:
    """What the published file and the kept ones hold, newest first."""
    return [path.read_text() for path in (target, *kept_files(target))]


def test_the_last_files_are_kept_hidden_beside_it(target: Path) -> None:
    for number in range(1, 7):
        put(target, f"{number}")
    assert texts(target) == ["6", "5", "4", "3"]
    assert [path.name for path in target.parent.iterdir() if not path.name.startswith(".")] == ["novoed.duckdb"]
    put(target, "7", keep=1)
    assert texts(target) == ["7", "6"]
    put(target, "8", keep=0)
    assert texts(target) == ["8"]


def test_a_second_rollback_undoes_the_first(target: Path) -> None:
    for text in ("one", "two", "three"):
        put(target, text)
    assert not is_rolled_back(target)
    back(target)
    assert texts(target) == ["two", "three", "one"]
    assert is_rolled_back(target)
    back(target)
    assert texts(target) == ["three", "two", "one"]
    assert is_rolled_back(target), "also the second of two"
    put(target, "four")
    assert texts(target) == ["four", "three", "two", "one"]
    assert not is_rolled_back(target)


def test_there_is_nothing_to_put_back(target: Path) -> None:
    with pytest.raises(LoaderError, match=r"There is no file published before .*novoed\.duckdb to put back"):
        file_before(target.parent / "none" / "novoed.duckdb")
    put(target, "one")
    with pytest.raises(LoaderError, match="There is no file published before"):
        back(target)
    assert texts(target) == ["one"]


def test_a_published_file_that_somebody_removed_is_put_back(target: Path) -> None:
    put(target, "one")
    put(target, "two")
    target.unlink()
    back(target)
    assert texts(target) == ["one"]


def test_a_file_system_without_links_keeps_copies(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    put(target, "one")
    put(target, "two")
    back(target)
    assert texts(target) == ["one", "two"]


class Killed(BaseException):
    """What ends a run at any moment."""


ACTS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "publish": (lambda target: put(target, "new"), ["new", "two", "one"]),
    "rollback": (back, ["one", "two"]),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("moment", range(9))
@pytest.mark.parametrize("has_links", [True, False])
def test_whoever_is_killed_leaves_one_whole_file_and_loses_none(
    target: Path, monkeypatch: pytest.MonkeyPatch, act: str, moment: int, has_links: bool
) -> None:
    put(target, "one")
    put(target, "two")
    do, done = ACTS[act]
    steps = iter(range(moment + 1))

    def killable(owner: object, name: str) -> None:
        step = getattr(owner, name)

        def take(*arguments: object, **options: object) -> object:
            if next(steps, None) is None:
                raise Killed
            return step(*arguments, **options)

        monkeypatch.setattr(owner, name, take)

    if not has_links:
        monkeypatch.setattr(os, "link", lambda *_: (target / "none").stat())
    for owner, name in ((os, "link"), (shutil, "copy2"), (Path, "replace"), (Path, "unlink"), (history, "sync")):
        killable(owner, name)
    try:
        do(target)
    except Killed:
        pass
    finally:
        monkeypatch.undo()
    assert texts(target)[0] in {"two", done[0]}
    assert {*texts(target)} >= {"one", "two"}
    assert is_rolled_back(target) is (texts(target)[0] == "one")
    published = texts(target)[0]
    put(target, "next")
    assert texts(target) == ["next", *({"two": ["two", "one"], done[0]: done}[published])]


def test_a_kept_file_is_private_and_gets_the_mode_when_it_is_put_back(target: Path) -> None:
    put(target, "one")
    target.chmod(0o644)
    put(target, "two")
    assert [path.stat().st_mode & 0o777 for path in kept_files(target)] == [0o600]
    roll_back(target, 0o640, folder_beside(target))
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.stat().st_mode & 0o777 for path in kept_files(target)] == [0o600]


@pytest.mark.parametrize(
    ("mode", "folder_mode"), [(0o600, 0o700), (0o640, 0o750), (0o644, 0o755), (0o664, 0o775), (0o440, 0o750)]
)
def test_a_folder_that_is_made_can_be_entered_by_whoever_may_read(tmp_path: Path, mode: int, folder_mode: int) -> None:
    tmp_path.chmod(0o700)
    make_folder(tmp_path / "a" / "b", mode)
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "a", tmp_path / "a" / "b", tmp_path)] == [
        folder_mode, folder_mode, 0o700,
    ]  # fmt: skip


def test_the_group_of_the_published_file_stays(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(target, "one")
    given: list[tuple[int, int]] = []
    group = target.stat().st_gid + 1
    draft = target.with_name(".draft")
    draft.write_text("two")
    stat = Path.stat

    def with_group(path: Path) -> os.stat_result:
        status = stat(path)
        return os.stat_result((*status[:5], group if path == target else status[5], *status[6:10]))

    monkeypatch.setattr(Path, "stat", with_group)
    monkeypatch.setattr(os, "chown", lambda _, user, number: given.append((user, number)))
    set_mode(draft, target, 0o600)
    assert given == [], "the group may not read it anyway"
    set_mode(draft, target, 0o640)
    assert given == [(-1, group)]
    monkeypatch.undo()

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "stat", with_group)
    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(LoaderError, match=rf"belongs to group {group}, .*chgrp"):
        set_mode(draft, target, 0o640)
