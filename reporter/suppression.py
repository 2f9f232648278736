"""Which figures of a table are hidden so that no small group shows, not even by subtraction from a total.

A table is a set of lines: a total and the parts that add up to it. A group smaller than `smallest` is hidden, with it
the next smallest of its line, and so on until neither a line alone nor several lines together give a hidden group away.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

TOTAL = "total"
"""Name of the row and of the column of totals in `hide_cells`."""


@dataclass(frozen=True)
class Line(Generic[Key]):
    """A total and the parts that add up to it."""

    total: Key
    parts: tuple[Key, ...]


def hide_parts(sizes: Mapping[str, int], smallest: int, small: Collection[str] = ()) -> set[str]:
    """The parts of one total that are hidden, and TOTAL if it must be, too. `small`: hidden whatever their size."""
    whole = {**sizes, TOTAL: sum(sizes.values())}
    return hide(whole, [Line(TOTAL, tuple(sizes))], smallest, small)


def hide_cells(
    sizes: Mapping[tuple[str, str], int],
    smallest: int,
    small: Collection[tuple[str, str]] = (),
    known_rows: Collection[str] = (),
) -> set[tuple[str, str]]:
    """The hidden cells of a table of rows and columns, and sums: TOTAL in place of a row, a column or both.

    `known_rows`: whose sums are told elsewhere and cannot be hidden here; none of them is a small group.
    """
    rows = list(dict.fromkeys(row for row, _ in sizes))
    columns = list(dict.fromkeys(column for _, column in sizes))
    whole = dict(sizes)
    for (row, column), size in sizes.items():
        for margin in ((row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            whole[margin] = whole.get(margin, 0) + size
    of_row: dict[str, list[tuple[str, str]]] = {row: [] for row in [*rows, TOTAL]}
    of_column: dict[str, list[tuple[str, str]]] = {column: [] for column in [*columns, TOTAL]}
    for row, column in whole:
        if column != TOTAL:
            of_row[row].append((row, column))
        if row != TOTAL:
            of_column[column].append((row, column))
    lines = [Line((row, TOTAL), tuple(parts)) for row, parts in of_row.items() if parts]
    lines += [Line((TOTAL, column), tuple(parts)) for column, parts in of_column.items() if parts]
    return hide(whole, lines, smallest, small, {(row, TOTAL) for row in known_rows})


def hide(
    sizes: Mapping[Key, int],
    lines: Iterable[Line[Key]],
    smallest: int,
    small: Collection[Key] = (),
    known: Collection[Key] = (),
) -> set[Key]:
    """The keys that are hidden. Nobody (size 0) is nothing to hide. Each key is part or total of at most two lines.

    What is known cannot be hidden, nor can the only part of a known total: it is the total.
    """
    lines = list(lines)
    filled = {line.total: [key for key in line.parts if sizes[key]] for line in lines if line.total in known}
    told = {*known}.union(*(parts for parts in filled.values() if len(parts) == 1))
    hidden = {key for key, size in sizes.items() if size and (size < smallest or key in small)} - told
    while True:
        leaking = [line for line in lines if _gives_away(sizes, line, hidden, smallest)]
        if not leaking:
            alone = _determined(lines, hidden)
            if not alone:
                return hidden
            leaking = [line for line in lines if alone & {line.total, *line.parts}]
        more = {key for line in leaking for key in _next(sizes, line, hidden | told)}
        if not more:  # these lines have nothing left to hide: then nothing is shown
            return {key for key, size in sizes.items() if size} - told
        hidden |= more


def _gives_away(sizes: Mapping[Key, int], line: Line[Key], hidden: set[Key], smallest: int) -> bool:
    """Whether the line's total less the parts that are shown is a small group, or a hidden one alone."""
    parts = [key for key in line.parts if key in hidden]
    if line.total in hidden:
        return not parts and sizes[line.total] > 0
    return bool(parts) and (len(parts) < 2 or sum(sizes[key] for key in parts) < smallest)


def _next(sizes: Mapping[Key, int], line: Line[Key], settled: set[Key]) -> list[Key]:
    """The smallest part that can be hidden; the total where there is none; nothing where all is settled."""
    parts = [key for key in line.parts if sizes[key] and key not in settled]
    shown = parts or [key for key in (line.total,) if sizes[key] and key not in settled]
    return [min(shown, key=lambda key: (sizes[key], str(key)))] if shown else []


def _determined(lines: Iterable[Line[Key]], hidden: set[Key]) -> set[Key]:
    """The hidden keys that all lines together determine.

    Lines are the nodes of a graph and hidden keys its edges, between the two lines that a key stands in (or one line
    and the outside). What flows over an edge can be anything if the edge lies on a circle; it is determined if not:
    if it is a bridge (Gusfield 1988, A graph theoretic approach to statistical data security).
    """
    ends: dict[Key, list[int]] = {}
    for number, line in enumerate(lines, start=1):
        for key in (line.total, *line.parts):
            if key in hidden:
                ends.setdefault(key, []).append(number)
    edges = [(key, nodes[0], nodes[1] if len(nodes) > 1 else 0) for key, nodes in ends.items()]
    around: dict[int, list[tuple[int, int]]] = {}
    for edge, (_, one, other) in enumerate(edges):
        around.setdefault(one, []).append((edge, other))
        around.setdefault(other, []).append((edge, one))
    entered: dict[int, int] = {}
    lowest: dict[int, int] = {}
    bridges: set[Key] = set()
    for root in around:
        if root in entered:
            continue
        entered[root] = lowest[root] = len(entered)
        stack = [(root, -1, iter(around[root]))]
        while stack:
            node, came_by, neighbors = stack[-1]
            for edge, other in neighbors:
                if edge == came_by:
                    continue
                if other in entered:
                    lowest[node] = min(lowest[node], entered[other])
                    continue
                entered[other] = lowest[other] = len(entered)
                stack.append((other, edge, iter(around[other])))
                break
            else:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                    if lowest[node] > entered[above]:
                        bridges.add(edges[came_by][0])
    return bridges
