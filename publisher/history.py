"""The published file and the ones before it: kept hidden beside it, and put back.

Each file kept is named `.<name>.before-<number>`; the greatest number is the file published before. Publishing and
rolling back each turn on one rename, so that at every moment one whole file is published, and whoever is killed before
or after that rename leaves one of the two states and nothing between: a file that is published and kept at once is one
that was not replaced yet, and the next run takes it out of the kept ones.
"""

from __future__ import annotations

import filecmp
import json
import os
import re
import shutil
from pathlib import Path

from loader.disk import sync
from loader.errors import LoaderError

KEEP = 3
"""Files published before that are kept."""

MODE = 0o600
"""Mode of a published file: its owner's alone."""

_KEPT_MODE = 0o600
"""Nobody reads a kept file but its owner: it may hold names that the published one leaves out."""


def make_folder(folder: Path, mode: int) -> None:
    """Makes a folder, and those above it, for a published file of this mode: it gets x wherever the file has r."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(mode | (mode & 0o444) >> 2 | 0o700)


def set_mode(file: Path, target: Path, mode: int) -> None:
    """Gives a file that is about to replace `target` its mode and, where the group may do anything, target's group."""
    file.chmod(mode)
    if mode & 0o070 and target.exists() and file.stat().st_gid != (group := target.stat().st_gid):
        try:
            os.chown(file, -1, group)
        except PermissionError:
            raise LoaderError(
                f"{target} belongs to group {group}, which this account cannot give to a file. What is published stays"
                " as it was. Join that group, or give the published file a group of yours (chgrp)."
            ) from None


def kept_files(target: Path) -> list[Path]:
    """The files published before, newest first."""
    name = re.compile(re.escape(f".{target.name}.before-") + r"(\d+)")
    numbers = {path: int(found[1]) for path in target.parent.iterdir() if (found := name.fullmatch(path.name))}
    return sorted(numbers, key=numbers.__getitem__, reverse=True)


def install(draft: Path, target: Path, keep: int) -> None:
    """Publishes the draft in one rename and keeps the last `keep` files before it. The caller holds target's lock."""
    _forget_unreplaced(target)
    if keep and target.exists():
        _keep(target, draft.parent)
    _replace(draft, target)
    _marker(target).unlink(missing_ok=True)
    for number, path in enumerate(kept_files(target)):
        if number < keep:
            path.chmod(_KEPT_MODE)
        else:
            path.unlink()
    sync(target.parent)


def file_before(target: Path) -> Path:
    """The file that a rollback would put back. Raises LoaderError where none was kept."""
    kept = [path for path in kept_files(target) if not _is_same(path, target)] if target.parent.is_dir() else []
    if not kept:
        raise LoaderError(
            f"There is no file published before {target} to put back. NOVOED_PUBLISHED_KEEP (default 3) says how many"
            " are kept."
        )
    return kept[0]


def roll_back(target: Path, mode: int, folder: Path) -> None:
    """Exchanges the published file and the one before it in one rename, so that a second time undoes the first.

    The caller holds target's lock; `folder` is a hidden one beside target for what is in the making. Raises LoaderError
    where no file was kept.
    """
    _forget_unreplaced(target)
    before = file_before(target)
    set_mode(before, target, mode)
    _mark(target, before, folder)
    if target.exists():
        _keep(target, folder)
    _replace(before, target)
    for path in kept_files(target)[:1]:
        path.chmod(_KEPT_MODE)
    sync(target.parent)


def is_rolled_back(target: Path) -> bool:
    """Whether the last act on the published file was a rollback, also the second of two."""
    return target.exists() and _signature(target) in _marked(target)


def _keep(target: Path, folder: Path) -> None:
    """Adds the published file to the kept ones, under the next number."""
    numbers = [int(path.name.rpartition("-")[2]) for path in kept_files(target)]
    kept = target.with_name(f".{target.name}.before-{max(numbers, default=0) + 1:04}")
    try:
        os.link(target, kept)
    except OSError:  # a file system without links, as some network drives are
        copy = folder / kept.name
        shutil.copy2(target, copy)
        sync(copy)
        copy.replace(kept)


def _replace(file: Path, target: Path) -> None:
    sync(file)
    # Changes that somebody made to the old file must not be replayed on the new one.
    Path(f"{target}.wal").unlink(missing_ok=True)
    file.replace(target)


def _forget_unreplaced(target: Path) -> None:
    """Takes the published file out of the kept ones, where a run was killed after it was kept."""
    for path in kept_files(target)[:1]:
        if _is_same(path, target):
            path.unlink()


def _is_same(path: Path, target: Path) -> bool:
    """Whether a kept file is the published one, by a link or as a copy."""
    return target.exists() and (path.samefile(target) or filecmp.cmp(path, target, shallow=False))


def _signature(path: Path) -> list[int]:
    """What stays of a file when it is renamed or gets another mode."""
    status = path.stat()
    return [status.st_ino, status.st_size, status.st_mtime_ns]


def _marker(target: Path) -> Path:
    """Lists the signatures of what rollbacks published: it speaks of the published file if that is among them."""
    return target.with_name(f".{target.name}.rolled-back")


def _marked(target: Path) -> list[list[int]]:
    marker = _marker(target)
    signatures: list[list[int]] = json.loads(marker.read_text(encoding="ascii")) if marker.exists() else []
    return signatures


def _mark(target: Path, before: Path, folder: Path) -> None:
    earlier = _marked(target) if is_rolled_back(target) else []
    draft = folder / "rolled-back"
    draft.write_text(json.dumps([*earlier, _signature(before)]), encoding="ascii")
    sync(draft)
    draft.replace(_marker(target))
