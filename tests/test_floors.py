"""The house stands on its floors: a room imports only from its own and from those below it, and never in a circle."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = (
    {"loader"},  # the ground: catalog, settings, errors, moments, intervals, disk, store
    {"loader.landing"},
    {"loader.api"},
    {"loader.extract"},
    {"loader.warehouse"},
    {"dbt_novoed", "playground", "publisher"},
    {"reporter"},
    {"novoed"},
)
HOUSES = ("dbt_novoed", "loader", "playground", "publisher", "reporter", "novoed")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for house in HOUSES
    for path in (ROOT / house).rglob("*.py")
}


def imports(module: str) -> set[str]:
    """The modules of the house that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= parts if parts <= MODULES.keys() else {node.module}
    return names & MODULES.keys()


def floor(module: str) -> tuple[int, str]:
    """How high a module stands, and in which room."""
    room = ".".join(module.split(".")[:2]) if module.startswith("loader.") else module.partition(".")[0]
    return next(((n, room) for n, rooms in enumerate(FLOORS) if room in rooms), (0, "loader"))


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_room_reads_only_those_below_it(module: str) -> None:
    (height, room) = floor(module)
    for imported in imports(module):
        (other_height, other_room) = floor(imported)
        assert other_room == room or other_height < height, f"{module} imports {imported}"


def test_nothing_imports_in_a_circle() -> None:
    TopologicalSorter({module: imports(module) for module in MODULES}).prepare()


def test_every_room_is_on_a_floor() -> None:
    rooms = {".".join(path.relative_to(ROOT).parts[:2]) for path in (ROOT / "loader").glob("*/__init__.py")}
    assert {room for rooms_ in FLOORS for room in rooms_} == {*HOUSES, *rooms}
