"""Completion split by one attribute of people or of courses; attributes are never crossed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reporter import charts
from reporter.courses import OTHERS, Courses, shorten
from reporter.figure import ALL, Choice, Column, Figure, Section, State, begin, count, ratio, share
from reporter.source import Source
from reporter.suppression import TOTAL, hide_cells, hide_parts

_ATTRIBUTES = 8
"""Attributes of people, and as many of courses, to choose from."""
_VALUES = 12
"""Values of an attribute that are shown; the others are one."""
_VALUE = 50
_REST = "\0rest"
_NONE = "\0none"
_PEOPLE = "marts.dim_user_attributes"
_COURSES = "marts.dim_course_attributes"
_COUNTS = ("n", "people", "completed", "overdue", "at_risk")


def groups(source: Source, courses: Courses, *, with_names: bool) -> Section | None:
    """Completion by attribute; None where the file has no attributes."""
    states: dict[str, State] = {}
    options: dict[str, str] = {}
    left_out: list[str] = []
    if source.has(_PEOPLE, "attribute", "value", "user_key"):
        names, naming = _attributes(source, _PEOPLE), set[str]()
        if not with_names:
            naming = _naming(source)
            if said := sorted(naming & set(names)):
                left_out.append(f"{', '.join(said)} (names people)")
        names = [name for name in names if name not in naming]
        left_out += names[_ATTRIBUTES:]
        for name in names[:_ATTRIBUTES]:
            if found := _by_person(source, courses, name):
                options[f"user:{name}"] = name
                states |= {f"user:{name}|{key}": state for key, state in found.items()}
            else:
                left_out.append(f"{name} (no group is large enough)")
    if source.has(_COURSES, "attribute", "value", "course_id"):
        names = _attributes(source, _COURSES)
        left_out += names[_ATTRIBUTES:]
        for name in names[:_ATTRIBUTES]:
            if state := _by_course(source, courses, name):
                options[f"course:{name}"] = f"{name} (of courses)"
                states[f"course:{name}|{ALL}"] = state
    if not states:
        return None
    text = "Learners without a value are a group of their own. One attribute at a time: attributes are never crossed."
    if left_out:
        text += f" Not shown: {', '.join(left_out)}."
    figure = Figure(
        "groups",
        "A bar per value of the attribute from 0 to the share of its enrolled learners who have completed.",
        [
            Column("value", "Value"),
            Column("n", "Enrolled (n)", "count"),
            Column("completed", "Completed", "count"),
            Column("ratio", "Completed, share", "share"),
            Column("overdue", "Overdue", "count"),
            Column("at_risk", "At risk", "count"),
        ],
        states,
        charts=[
            (
                "",
                charts.share_bars(
                    "value",
                    "ratio",
                    "text",
                    "Enrolled learners who have completed",
                    {
                        "value": ("Value", "text"),
                        "n": ("Enrolled", "count"),
                        "completed": ("Completed", "count"),
                        "ratio": ("Completed, share", "share"),
                    },
                ),
            )
        ],
        cards=("completion_ratio",),
        choice=Choice("Split by", options),
        follows_course=True,
        source=_PEOPLE,
    )
    return Section("groups", "Completion by group", [figure], text)


def _attributes(source: Source, table: str) -> list[str]:
    """The attributes with at least one value, those with the fewest values first: they make the clearest groups."""
    rows = source.rows(
        f"select attribute from {table} where value is not null group by attribute"
        " order by count(distinct value) > 100, count(distinct value) < 2, attribute"
    )
    return [row["attribute"] for row in rows]


def _naming(source: Source) -> set[str]:
    """The attributes of which a value names somebody, such as a manager: a person's e-mail or full name, or most values
    an external id or a last name."""
    rows = source.rows(
        "with people as (select lower(trim(email)) as email, lower(trim(external_id)) as external_id,"
        " lower(trim(last_name)) as last_name, lower(concat_ws(' ', trim(first_name), trim(last_name))) as full_name,"
        " lower(concat_ws(', ', trim(last_name), trim(first_name))) as catalog_name from marts.dim_users),"
        " held as (select distinct attribute, lower(trim(value)) as value from marts.dim_user_attributes"
        " where value is not null)"
        " select attribute from held group by attribute having"
        " bool_or(value like '%@%' or value in (select email from people where email is not null)"
        " or value in (select full_name from people where contains(full_name, ' '))"
        " or value in (select catalog_name from people where contains(catalog_name, ', ')))"
        " or 2 * count(*) filter (where value in (select external_id from people where external_id is not null))"
        " > count(*)"
        " or 2 * count(*) filter (where value in (select last_name from people where last_name is not null)) > count(*)"
    )
    return {row["attribute"] for row in rows}


def _by_person(source: Source, courses: Courses, name: str) -> dict[str, State]:
    """The states of an attribute of people: of all courses and of each."""
    found = source.rows(
        "with held as (select user_key, value from marts.dim_user_attributes"
        " where attribute = ? and value is not null),"
        " learners as (select course_id, user_key, is_completed, is_overdue, is_at_risk from marts.fct_enrollments"
        " where is_enrolled_learner)"
        " select course_id, held.value, count(*) as n, count(distinct learners.user_key) as people,"
        " count(*) filter (where is_completed) as completed, count(*) filter (where is_overdue) as overdue,"
        " count(*) filter (where is_at_risk) as at_risk"
        " from learners left join held on learners.user_key = held.user_key"
        " group by grouping sets ((course_id, held.value), (held.value))",
        name,
    )
    margins = {row["value"]: row for row in found if row["course_id"] is None}
    ranked = sorted((value for value in margins if value is not None), key=lambda value: (-margins[value]["n"], value))
    kept = set(ranked[:_VALUES])
    labels = {_REST: f"{count(len(ranked) - len(kept), 'other value')}", _NONE: "No value"}

    def column(value: str | None) -> str:
        return _NONE if value is None else value if value in kept else _REST

    cells: dict[tuple[str, str], dict[str, int]] = {}
    for row in found:
        course = TOTAL if row["course_id"] is None else courses.name(row["course_id"])
        cell = cells.setdefault((course, column(row["value"])), dict.fromkeys(_COUNTS, 0))
        for measure in _COUNTS:
            cell[measure] += row[measure]
    small = {key for key, cell in cells.items() if cell["people"] < source.smallest}
    inner = {key: cell["n"] for key, cell in cells.items() if key[0] != TOTAL}
    hidden = hide_cells(inner, source.smallest, small, courses.known_rows)
    states = {}
    for key in (TOTAL, *courses.titles):
        if (key, TOTAL) in hidden or (key == TOTAL and not courses.is_total_shown):
            continue
        order = [value for value in [*ranked[:_VALUES], _REST, _NONE] if (key, value) in cells]
        shown = [value for value in order if (key, value) not in hidden]
        if not shown:
            continue
        rows = [_row(labels.get(value, value), cells[key, value]) for value in shown]
        title = "all courses" if key == TOTAL else courses.titles[key]
        states[ALL if key == TOTAL else key] = _state(source, name, title, rows, len(order) - len(shown))
    return states if any((TOTAL, value) not in hidden for value in kept) and ALL in states else {}


def _by_course(source: Source, courses: Courses, name: str) -> State | None:
    """The state of an attribute of courses."""
    found = source.rows(
        "select completions.course_id, held.value, enrolled_learner_count as n, completed_learner_count as completed,"
        " overdue_learner_count as overdue, at_risk_learner_count as at_risk"
        " from marts.fct_course_completions as completions"
        " left join (select course_id, value from marts.dim_course_attributes where attribute = ?) as held"
        " using (course_id)",
        name,
    )
    values: dict[str, dict[str, int]] = {}
    unshown: dict[str, int] = {}
    for row in found:
        value = row["value"] or _NONE
        cell = values.setdefault(value, dict.fromkeys(_COUNTS, 0))
        for measure in ("n", "completed", "overdue", "at_risk"):
            cell[measure] += row[measure]
        if courses.name(row["course_id"]) == OTHERS:
            unshown[value] = unshown.get(value, 0) + row["n"]
    # Less the courses that are shown, a group must not be a small one either.
    small = {value for value, size in unshown.items() if 0 < size < source.smallest}
    hidden = hide_parts({value: cell["n"] for value, cell in values.items()}, source.smallest, small)
    filled = sorted(
        (value for value, cell in values.items() if cell["n"]), key=lambda value: (-values[value]["n"], value)
    )
    shown = [value for value in filled if value not in hidden][: _VALUES + 1]
    if not shown or not courses.is_total_shown:
        return None
    rows = [_row("No value" if value == _NONE else value, values[value]) for value in shown]
    return _state(source, name, "all courses", rows, len(filled) - len(shown))


def _row(label: str, cell: dict[str, int]) -> dict[str, Any]:
    completed = ratio(cell["completed"], cell["n"])
    return {
        "value": shorten(label, _VALUE),
        "n": cell["n"],
        "completed": cell["completed"],
        "ratio": completed,
        "overdue": cell["overdue"],
        "at_risk": cell["at_risk"],
        "text": f"{share(completed)} (n {cell['n']:,})",
    }


def _state(source: Source, name: str, title: str, rows: list[dict[str, Any]], hidden: int) -> State:
    finding = f"{begin(title)}: one group of {name} is shown"
    if ends := _ends(rows):
        high, low = ends
        finding = (
            f"{begin(title)}: {high['value']} completes most ({share(high['ratio'])}), {low['value']} least"
            f" ({share(low['ratio'])})"
        )
        if high["ratio"] == low["ratio"]:
            finding = f"{begin(title)}: all groups complete alike ({share(low['ratio'])})"
    learners = sum(row["n"] for row in rows)
    note = f"By {name}; n = {learners:,} enrollments of status Enrolled in {count(len(rows), 'group')}."
    if hidden:
        note += (
            f" {count(hidden, 'group')} with fewer than {source.smallest} people, next in size, or beyond the"
            f" {_VALUES} largest left out."
        )
    return State(finding, note, rows)


def _ends(rows: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    ordered = sorted((row for row in rows if row["ratio"] is not None), key=lambda row: -row["ratio"])
    return (ordered[0], ordered[-1]) if len(ordered) > 1 else None
