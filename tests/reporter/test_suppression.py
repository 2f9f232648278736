"""Small groups stay hidden, whatever one subtracts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reporter.suppression import TOTAL, hide_cells, hide_parts

SIZES = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8, 13, 40])


def test_with_a_small_group_the_next_smallest_is_hidden() -> None:
    assert hide_parts({"a": 3, "b": 40, "c": 7}, 5) == {"a", "c"}


def test_what_is_hidden_together_is_not_a_small_group() -> None:
    assert hide_parts({"a": 1, "b": 2, "c": 7, "d": 9}, 5) == {"a", "b", "c"}


def test_nothing_is_hidden_where_no_group_is_small() -> None:
    assert hide_parts({"a": 5, "b": 8, "nobody": 0}, 5) == set()


def test_a_small_total_is_hidden_with_its_parts() -> None:
    assert hide_parts({"a": 1, "b": 2}, 5) == {"a", "b", TOTAL}


def test_few_people_with_many_enrollments_are_a_small_group() -> None:
    assert hide_parts({"a": 12, "b": 40, "c": 20}, 5, {"a"}) == {"a", "c"}


def test_rows_and_columns_do_not_give_a_cell_away() -> None:
    table = {"r": (3, 9, 50), "s": (20, 30, 60), "t": (10, 55, 70)}
    sizes = {(row, column): size for row, cells in table.items() for column, size in zip("xyz", cells, strict=True)}
    # (r, x) is small; (r, y) next in its row, (t, x) in its column; those need (s, y) and (t, y), and so on.
    assert hide_cells(sizes, 5) == {(row, column) for row in "rst" for column in "xy"}


@given(st.lists(SIZES, min_size=1, max_size=8))
def test_no_total_less_its_shown_parts_is_a_small_group(sizes: list[int]) -> None:
    parts = {str(number): size for number, size in enumerate(sizes)}
    hidden = hide_parts(parts, 5)
    assert {key for key, size in parts.items() if 0 < size < 5} <= hidden
    rest = sum(size for key, size in parts.items() if key in hidden)
    assert TOTAL in hidden or rest == 0 or rest >= 5
    assert TOTAL in hidden or len(hidden) != 1


def test_a_sum_that_is_told_elsewhere_stays_and_what_it_tells_with_it() -> None:
    table = {"r": (3, 9, 0), "s": (0, 20, 0), "t": (6, 30, 40)}
    sizes = {(row, column): size for row, cells in table.items() for column, size in zip("xyz", cells, strict=True)}
    # (s, y) is the whole of s, so hiding it would hide nothing: (t, y) is hidden with (r, y).
    assert hide_cells(sizes, 5, known_rows="rst") == {("r", "x"), ("r", "y"), ("t", "x"), ("t", "y")}


TABLES = st.lists(st.lists(SIZES, min_size=4, max_size=4), min_size=1, max_size=5)


@given(TABLES)
def test_all_sums_together_determine_no_hidden_cell(table: list[list[int]]) -> None:
    sizes = {(f"r{i}", f"c{j}"): size for i, row in enumerate(table) for j, size in enumerate(row)}
    hidden = hide_cells(sizes, 5)
    assert {key for key, size in sizes.items() if 0 < size < 5} <= hidden
    assert computable(sizes, hidden) == []


@given(TABLES)
def test_nor_do_sums_of_rows_that_are_told_elsewhere(table: list[list[int]]) -> None:
    sizes = {(f"r{i}", f"c{j}"): size for i, row in enumerate(table) for j, size in enumerate(row) if sum(row) >= 5}
    rows = {row for row, _ in sizes}
    hidden = hide_cells(sizes, 5, known_rows=[*rows, TOTAL])
    assert {key for key, size in sizes.items() if 0 < size < 5} <= hidden
    assert not hidden & {(row, TOTAL) for row in [*rows, TOTAL]}
    assert computable(sizes, hidden) == []


def computable(sizes: dict[tuple[str, str], int], hidden: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The hidden cells that follow from what is shown."""
    order = sorted(hidden)
    rows, columns = {row for row, _ in sizes}, {column for _, column in sizes}
    # What each sum says of the hidden cells; a cell is known if no vector of the null space changes it.
    sums = [
        [(row == r) * (1 if column != TOTAL else -1) for row, column in order] for r in (*rows, TOTAL)
    ] + [
        [(column == c) * (1 if row != TOTAL else -1) for row, column in order] for c in (*columns, TOTAL)
    ]  # fmt: skip
    _, values, directions = np.linalg.svd(np.array(sums, dtype=float).reshape(len(sums), len(order)))
    free = directions[int((values > 1e-9).sum()) :]
    return [key for number, key in enumerate(order) if np.abs(free[:, number]).max(initial=0) <= 1e-9]
